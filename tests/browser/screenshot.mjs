// Makes a picture of the explorer with an answered query, for the documentation:
//   node screenshot.mjs CHROMIUM PAGE FILE.png [light|dark] [WIDTHxHEIGHT] [PANEL]
// PAGE may name a ready query (http://127.0.0.1:8000/graphql#id); PANEL is the title of a side panel to open.
import { launch } from './browser.mjs'

const [executable, address, file, colorScheme = 'light', size = '1440x900', panel] = process.argv.slice(2)
const [width, height] = size.split('x').map(Number)
const context = await launch(executable, { colorScheme, width, height })
try {
  const page = await context.newPage()
  await page.goto(address)
  await page.locator('.graphiql-query-editor .view-lines').waitFor()
  await page.getByRole('button', { name: /^Execute query/ }).click()
  await page.waitForFunction(() => document.querySelector('.graphiql-response .view-lines')?.innerText.includes('data'))
  if (panel) await page.getByRole('button', { name: `Show ${panel}` }).click()
  await page.mouse.move(0, 0)
  await page.waitForFunction(() => document.querySelector('.graphiql-spinner') === null)
  await page.screenshot({ path: file })
} finally {
  await context.browser().close()
}
