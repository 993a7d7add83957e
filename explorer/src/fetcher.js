// How the page reaches the API: POST for queries and mutations, graphql-transport-ws for subscriptions.
// Both carry the API key: as the Authorization header, and as `Authorization` in connection_init.
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'
import { readOperations } from './operations.js'

// Sends the name, and takes the transport, of what the editor holds now: see operations.js.
function readOperation(params, options) {
  const held = readOperations(params.query, params.operationName)
  if (!held) return [params, options]
  const { documentAST, operationName } = held
  return [{ ...params, operationName: operationName ?? undefined }, { ...options, documentAST }]
}

/** @param {URL} endpoint  @param {string} key  empty for an anonymous viewer */
export function makeFetcher(endpoint, key) {
  const socket = new URL(endpoint)
  socket.protocol = endpoint.protocol.replace('http', 'ws')
  const authorization = key ? { Authorization: `Bearer ${key}` } : {}
  const fetcher = createGraphiQLFetcher({
    url: endpoint.href,
    headers: authorization,
    enableIncrementalDelivery: false,
    // A dropped socket is told at once: starting the subscription again by itself would repeat events.
    wsClient: createClient({ url: socket.href, connectionParams: authorization, retryAttempts: 0 }),
  })
  return (params, options) => fetcher(...readOperation(params, options))
}
