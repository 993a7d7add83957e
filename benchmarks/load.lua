-- Sends the bodies of a file, one a line, in turn; prints what wrk counted as JSON.
-- Where a body has the number 987654321, every request gets a new one, so that no two are alike.

local requests, bodies, position, number = {}, {}, 0, 1000000000

function init(args)
  local first = tonumber(args[2] or 0)
  number = number + first
  for line in io.lines(args[1]) do
    bodies[#bodies + 1] = line
    requests[#requests + 1] = wrk.format("POST", nil, nil, line)
  end
end

function request()
  position = position % #requests + 1
  local at, to = bodies[position]:find("987654321", 1, true)
  if not at then
    return requests[position]
  end
  number = number + 1
  local body = bodies[position]
  return wrk.format("POST", nil, nil, body:sub(1, at - 1) .. number .. body:sub(to + 1))
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON{"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
