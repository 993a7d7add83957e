// Tells Monaco where its workers are. Only the editor, JSON and GraphQL come along; Vite makes a
// file of each, so that `worker-src 'self'` is enough. Must be imported before anything of Monaco.
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker'
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker'
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker'

const workers = { json: JsonWorker, graphql: GraphQLWorker }

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new (workers[label] ?? EditorWorker)(),
}
