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

export const storage = {
  getItem: (name) => localStorage.getItem(PREFIX + name),
  setItem: (name, value) => {
    if (!name.endsWith(':headers')) localStorage.setItem(PREFIX + name, withoutHeaders(value))
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
