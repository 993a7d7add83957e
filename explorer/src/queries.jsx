// The ready queries that the server offers: the first twenty as tabs, all of them in a panel.
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { readOperations } from './operations.js'

const TABS = 20

/** Asks the server for its ready queries: a list of {id, name, description, query, variables}. */
export async function loadQueries(endpoint) {
  const response = await fetch(`${endpoint.pathname}/queries.json`)
  if (!response.ok) return []
  const queries = await response.json()
  return queries.map((ready) => ({
    ...ready,
    variables: ready.variables ? JSON.stringify(ready.variables, null, 2) : '',
  }))
}

/** The tabs of a first visit; the query that the address names (`/graphql#id`) comes first. */
export function firstTabs(queries, asked) {
  const rest = queries.filter((ready) => ready !== asked)
  return (asked ? [asked, ...rest] : rest).slice(0, TABS).map(({ query, variables }) => ({ query, variables }))
}

function QueryIcon(props) {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" {...props}>
      <rect x="2.5" y="3" width="15" height="14" rx="2.5" />
      <path d="M6 7.5h1M9.5 7.5H14M6 10.5h1M9.5 10.5H14M6 13.5h1M9.5 13.5H12" />
    </svg>
  )
}

/** A GraphiQL plugin: the list of questions that this server answers; a click opens one in a tab. */
export function readyQueries(queries) {
  function ReadyQueries() {
    const { addTab, changeTab, setOperationFacts, updateActiveTabValues } = useGraphiQLActions()
    const { tabs, activeTabIndex, operationName, queryEditor, variableEditor } = useGraphiQL(
      pick('tabs', 'activeTabIndex', 'operationName', 'queryEditor', 'variableEditor'),
    )
    const read = () => {
      const held = readOperations(queryEditor.getValue(), operationName)
      if (held) setOperationFacts(held)
      return held
    }
    const open = ({ query, variables }) => {
      const index = tabs.findIndex((tab) => tab.query === query)
      if (index === activeTabIndex) return
      if (index >= 0) return void changeTab(index)
      // The tab that is left, and the one that comes, are named at once by what they hold.
      read()
      addTab()
      queryEditor.setValue(query)
      variableEditor.setValue(variables)
      updateActiveTabValues({ query, variables, operationName: read()?.operationName ?? null })
    }
    const current = tabs[activeTabIndex]?.query
    return (
      <section className="ready-queries" aria-label="Ready queries">
        <h2>Ready queries</h2>
        {queries.length === 0 && <p>This server offers none. Write your own, or open the explorer beside this.</p>}
        <ul>
          {queries.map((ready) => (
            <li key={ready.id}>
              <button type="button" aria-current={ready.query === current} onClick={() => open(ready)}>
                <strong>{ready.name}</strong>
                {ready.description && <span>{ready.description}</span>}
              </button>
            </li>
          ))}
        </ul>
      </section>
    )
  }
  return { title: 'Ready queries', icon: QueryIcon, content: ReadyQueries }
}
