// Opens ready queries of a real server by their address, runs each, and prints what it saw as JSON.
// Argument: {origin, chromium, steps: [{id, answer}]}. Before the answer of a step is waited for, a line
// `running <id>` goes to stderr, so that the caller can make something happen.
import { launch } from './browser.mjs'

const plan = JSON.parse(process.argv[2])
const seen = { requests: [], console: [], errors: [], answers: {} }
const context = await launch(plan.chromium)
try {
  context.on('request', (request) => seen.requests.push(request.url()))
  for (const { id, answer } of plan.steps) {
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('websocket', (socket) => seen.requests.push(socket.url()))
    page.on('console', (message) => seen.console.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => seen.errors.push(String(error)))
    await page.goto(`${plan.origin}/graphql#${id}`)
    await page.locator('.graphiql-query-editor .view-lines').waitFor()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.waitForFunction(() => document.querySelector('.graphiql-execute-button') !== null)
    console.error(`running ${id}`)
    await page.waitForFunction(
      (text) => globalThis.__MONACO.editor.getModels().some((model) => model.uri.path.endsWith('response.json') && model.getValue().includes(text)),
      answer,
    )
    seen.answers[id] = answer
    await page.close()
  }
} catch (error) {
  seen.failure = String(error)
} finally {
  await context.browser().close()
}
console.log(JSON.stringify(seen))
