// How the page reaches the API: POST for queries and mutations, graphql-transport-ws for subscriptions.
// Both carry the API key: as the Authorization header, and as `Authorization` in connection_init.
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { Kind, parse } from 'graphql'
import { createClient } from 'graphql-ws'

// GraphiQL learns which operation the editor holds a moment after the text changes. Who runs a query right
// after opening a tab would send the name, and the transport, of the tab before: so both are read anew here.
function readOperation(params, options) {
  let documentAST
  try {
    documentAST = parse(params.query)
  } catch {
    return [params, options]
  }
  const names = documentAST.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => operation.name?.value)
  const isStale = names.length === 1 && names[0] !== params.operationName
  const operationName = isStale ? names[0] : params.operationName
  return [{ ...params, operationName }, { ...options, documentAST }]
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
