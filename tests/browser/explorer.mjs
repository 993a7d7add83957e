// Drives the explorer in headless Chromium as a person would, and prints what it saw as JSON.
// Asserting is the caller's business. Argument: a JSON object
//   {page, chromium, key, secret, query: {tab, answer}, subscription: {tab, answer}, ready: {id, name}}
// where `tab` is an operation's name, `answer` a text that its answer must show, `ready` the ready query of
// the subscription, `key` an API key to use and `secret` the value of a request header to type.
import { launch } from './browser.mjs'

const plan = JSON.parse(process.argv[2])
const seen = { requests: [], posts: [], sockets: [], frames: [], console: [], errors: [], violations: [], answers: {} }

// What a person sees, for whoever reads of a failure: the open tab, what is asked and what is answered.
const shown = () =>
  context.pages()[0].evaluate(() => ({
    tab: document.querySelector('[role=tab][aria-selected=true]')?.innerText,
    buttons: [...document.querySelectorAll('.graphiql-execute-button')].map((button) => button.ariaLabel),
    texts: Object.fromEntries(globalThis.__MONACO.editor.getModels().map((model) => [model.uri.path, model.getValue()])),
  }))

const context = await launch(plan.chromium)
try {
  await context.addInitScript(() => {
    globalThis.violations = []
    addEventListener('securitypolicyviolation', (event) => {
      globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  context.on('request', (request) => {
    seen.requests.push(request.url())
    if (request.method() === 'POST') seen.posts.push({ headers: request.headers(), body: request.postDataJSON() })
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('websocket', (socket) => {
    seen.sockets.push(socket.url())
    socket.on('framesent', ({ payload }) => seen.frames.push(JSON.parse(payload)))
  })
  page.on('console', (message) => seen.console.push({ type: message.type(), text: message.text() }))
  page.on('pageerror', (error) => seen.errors.push(String(error)))

  const tabOf = (name) => page.locator(`[role=tab] [title="${name}"]`)
  // The whole answer, as the editor holds it: on the screen its long lines are broken.
  const answered = () =>
    page.evaluate(() => {
      const models = globalThis.__MONACO.editor.getModels()
      return models.find((model) => model.uri.path.endsWith('response.json')).getValue()
    })
  // The answer of the run before may still be on the screen when its text is gone from the editor.
  const answers = async (name, answer) => {
    seen.waitsFor = name
    await page.waitForFunction((text) => {
      const models = globalThis.__MONACO.editor.getModels()
      const held = models.find((model) => model.uri.path.endsWith('response.json')).getValue()
      const shown = document.querySelector('.graphiql-response .view-lines')?.innerText.replaceAll('\u00a0', ' ')
      return held.includes(text) && shown?.includes(text)
    }, answer)
    seen.answers[name] = await answered()
  }
  const run = async (name, { tab, answer }) => {
    if ((await page.locator('[role=tab][aria-selected=true] [title]').innerText()) !== tab) await tabOf(tab).click()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await answers(name, answer)
  }
  const open = async () => {
    await page.goto(plan.page)
    await page.getByRole('button', { name: /^Execute query/ }).waitFor()
    await page.locator('.graphiql-query-editor .view-lines').waitFor()
  }

  await open()
  seen.tabs = await page.locator('[role=tab] [title]').allInnerTexts()
  seen.ready = await page.locator('.ready-queries strong').allInnerTexts()
  await run('query', plan.query)

  // As fast as only a shortcut can be: the other tab, and run, before GraphiQL has read what the tab holds.
  await page.evaluate((tab) => {
    document.querySelector(`[role=tab] [title="${tab}"]`).click()
    document.querySelector('.graphiql-execute-button').click()
  }, plan.subscription.tab)
  await answers('subscription', plan.subscription.answer)

  // A key, and a header typed by hand, reach the server and are not kept.
  await page.getByLabel('API key').fill(plan.key)
  await page.getByLabel('API key').press('Enter')
  await page.getByText('with key', { exact: true }).waitFor()
  await run('subscription with key', plan.subscription)
  await tabOf(plan.query.tab).click()
  await page.getByRole('button', { name: 'Headers', exact: true }).click()
  await page.locator('section[aria-label="Headers"] .graphiql-editor:not(.hidden) .view-lines').click()
  await page.keyboard.insertText(JSON.stringify({ 'X-Secret': plan.secret }))
  await run('query with key', plan.query)

  // What a session keeps is there after a reload; what the browser keeps holds no secret.
  await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.endsWith('graphiql:tabState')))
  await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.endsWith('graphiql:queries')))
  seen.localStorage = await page.evaluate(() => ({ ...localStorage }))
  seen.violations.push(...(await page.evaluate(() => globalThis.violations)))
  await open()
  seen.tabsAfterReload = await page.locator('[role=tab] [title]').allInnerTexts()
  seen.keyAfterReload = await page.getByLabel('API key').inputValue()
  await page.getByRole('button', { name: 'Forget' }).click()
  await page.getByText('anonymous', { exact: true }).waitFor()
  await run('query after forgetting', plan.query)

  // A closed ready query is opened again from the panel, before GraphiQL has read the tab between; and by
  // its address.
  await tabOf(plan.subscription.tab).click()
  seen.tabsAfterReopening = await page.evaluate(async (name) => {
    const painted = () => new Promise(requestAnimationFrame)
    const titles = () => [...document.querySelectorAll('[role=tab] [title]')].map((tab) => tab.title)
    document.querySelector('[role=tab][aria-selected=true] [aria-label="Close Tab"]').click()
    await painted()
    const closed = titles()
    ;[...document.querySelectorAll('.ready-queries button')].find((button) => button.innerText.startsWith(name)).click()
    await painted()
    return [closed, titles()]
  }, plan.ready.name)
  await run('subscription from the panel', plan.subscription)
  await page.goto('about:blank')
  await page.goto(`${plan.page}#${plan.ready.id}`)
  await tabOf(plan.subscription.tab).waitFor()
  await run('subscription from its address', plan.subscription)
  seen.tabsAtTheEnd = await page.locator('[role=tab] [title]').allInnerTexts()
  seen.violations.push(...(await page.evaluate(() => globalThis.violations)))
} catch (error) {
  seen.failure = `waiting for the answer of ${seen.waitsFor}, or after it: ${error}`
  seen.page = await shown().catch(String)
} finally {
  await context.browser().close()
}
console.log(JSON.stringify(seen))
