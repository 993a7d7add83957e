// What a query's text holds. GraphiQL learns it a moment (100 ms) after the text changes; who opens a tab and
// acts at once would meet the name of the tab before, so it is read anew where that matters.
import { Kind, parse } from 'graphql'

/**
 * @param {string} query  @param {string?} chosen  the name of the operation that was last chosen
 * @returns {{documentAST, operations, operationName: string?}?} the chosen operation if the text holds it,
 *   else its first; null for a text that cannot be read
 */
export function readOperations(query, chosen) {
  let documentAST
  try {
    documentAST = parse(query)
  } catch {
    return null
  }
  const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  const names = operations.map(({ name }) => name?.value ?? null)
  return { documentAST, operations, operationName: names.includes(chosen) ? chosen : (names[0] ?? null) }
}
