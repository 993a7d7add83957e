// The bar above GraphiQL: the product's name and the place for an API key.
import { useState } from 'react'
import icon from './icon.svg'

/** @param {{apiKey: string, onKey: (key: string) => void}} props  an empty key is the anonymous viewer */
export function Header({ apiKey, onKey }) {
  const [typed, setTyped] = useState(apiKey)
  const use = (event) => {
    event.preventDefault()
    onKey(typed.trim())
  }
  const forget = () => {
    setTyped('')
    onKey('')
  }
  return (
    <header className="bar">
      <img src={icon} alt="" width="26" height="26" />
      <h1>Triple Helix</h1>
      <p>academia · industry · government</p>
      <form onSubmit={use} autoComplete="off">
        <label htmlFor="api-key">API key</label>
        <input
          id="api-key"
          type="password"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder="none: public data only"
          autoComplete="off"
          spellCheck="false"
          title="Sent as Authorization: Bearer with every request. Kept until this browser tab is closed."
        />
        {apiKey && typed === apiKey ? (
          <button type="button" onClick={forget}>Forget</button>
        ) : (
          <button type="submit" disabled={typed.trim() === apiKey}>Use</button>
        )}
        <output data-active={Boolean(apiKey)}>{apiKey ? 'with key' : 'anonymous'}</output>
      </form>
    </header>
  )
}
