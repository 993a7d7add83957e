// What the browser keeps. Tabs, history and theme stay in localStorage, under a name of our own, because
// every program on this host and port shares it. Secrets never do: the API key lives in sessionStorage,
// which ends with the browser tab, and typed request headers are dropped from all that is written
// (GraphiQL's history would keep them even where its tabs are told not to).
const PREFIX = 'triple-helix:'
const KEY = `${PREFIX}api-key`

const withoutHeaders = (value) => {
  try {
    return JSON.stringify(JSON.parse(value), (name, part) => (name === 'headers' ? null : part))
  } catch {
    return value
  }
}

const ownNames = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))

const activeTab = () => {
  const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(`${PREFIX}graphiql:tabState`) ?? '{}')
  return tabs?.[activeTabIndex] ?? {}
}

// GraphiQL keeps the open query and its variables beside the tabs and writes each at its own time; after
// a quick reload they differ and it opens a tab too many. So both are read from the tab, and never written.
const READ_FROM_TAB = { 'graphiql:query': 'query', 'graphiql:variables': 'variables' }
const NEVER_WRITTEN = new Set([...Object.keys(READ_FROM_TAB), 'graphiql:headers'])

export const storage = {
  getItem: (name) =>
    name in READ_FROM_TAB ? (activeTab()[READ_FROM_TAB[name]] ?? null) : localStorage.getItem(PREFIX + name),
  setItem: (name, value) => {
    if (!NEVER_WRITTEN.has(name)) localStorage.setItem(PREFIX + name, withoutHeaders(value))
  },
  removeItem: (name) => localStorage.removeItem(PREFIX + name),
  clear: () => ownNames().forEach((name) => localStorage.removeItem(name)),
  get length() {
    return ownNames().length
  },
}

export const isFirstVisit = () => storage.getItem('graphiql:tabState') === null

export const loadKey = () => sessionStorage.getItem(KEY) ?? ''

export const saveKey = (key) => (key ? sessionStorage.setItem(KEY, key) : sessionStorage.removeItem(KEY))
