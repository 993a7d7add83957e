// The explorer's page: GraphiQL with its documentation, explorer and history, our header and ready queries.
// It asks nothing but the server it came from. What the browser keeps is the business of storage.js.
import './workers.js'
import { explorerPlugin } from '@graphiql/plugin-explorer'
import { HISTORY_PLUGIN } from '@graphiql/plugin-history'
import { GraphiQL } from 'graphiql'
import { useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { makeFetcher } from './fetcher.js'
import { Header } from './header.jsx'
import { firstTabs, loadQueries, readyQueries } from './queries.jsx'
import { isFirstVisit, loadKey, saveKey, storage } from './storage.js'
import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import '@graphiql/plugin-explorer/style.css'
import 'graphiql/graphiql.css'
import './explorer.css'

const endpoint = new URL(location.pathname.replace(/\/$/, ''), location.origin)
const queries = await loadQueries(endpoint)
const asked = queries.find(({ id }) => id === decodeURIComponent(location.hash.slice(1)))
const ready = readyQueries(queries)
const plugins = [ready, explorerPlugin(), HISTORY_PLUGIN]

const start = { visiblePlugin: ready }
if (isFirstVisit() && queries.length > 0) {
  start.defaultTabs = firstTabs(queries, asked)
  // GraphiQL shows the first tab's query by itself, but not its variables.
  start.initialVariables = start.defaultTabs[0].variables
} else if (asked) {
  start.initialQuery = asked.query
  start.initialVariables = asked.variables
}

function Explorer() {
  const [apiKey, setApiKey] = useState(loadKey)
  const fetcher = useMemo(() => makeFetcher(endpoint, apiKey), [apiKey])
  const onKey = (key) => {
    saveKey(key)
    setApiKey(key)
  }
  return (
    <>
      <Header apiKey={apiKey} onKey={onKey} />
      <main>
        <GraphiQL
          {...start}
          fetcher={fetcher}
          storage={storage}
          plugins={plugins}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo> </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  )
}

createRoot(document.getElementById('explorer')).render(<Explorer />)
