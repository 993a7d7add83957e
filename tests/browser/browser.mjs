// Starts headless Chromium, with a profile that ends with it and no way to any host but this one.
import { chromium } from 'playwright-core'

/** @returns a browser context; close it by `context.browser().close()` */
export async function launch(executablePath, { width = 1440, height = 900, ...options } = {}) {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  return browser.newContext({ viewport: { width, height }, ...options })
}
