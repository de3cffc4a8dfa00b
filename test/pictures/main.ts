import { writeFile } from 'node:fs/promises'
import { chromium, type Page } from 'playwright-core'
import { playNight } from './night.ts'
import { pageOf, type Theme } from './page.ts'

// Draws docs/images/night-*.webp: needs Debian's `chromium`, or another one named by CHROMIUM.
const WIDTHS = { desktop: 840, phone: 390 }
process.env.TZ = 'UTC'

const sights = await playNight()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'], // it is our own page, and root has no sandbox
})
for (const theme of ['light', 'dark'] satisfies Theme[]) {
  for (const [name, width] of Object.entries(WIDTHS)) {
    const page = await browser.newPage({ viewport: { width, height: 800 } })
    await page.setContent(pageOf(sights, theme))
    await writeFile(`docs/images/night-${name}-${theme}.webp`, await webpOf(page))
    await page.close()
  }
}
await browser.close()

/** The whole page, two pixels for each of its own; a PNG takes four times as much. */
async function webpOf(page: Page): Promise<Buffer> {
  const { width = 0, height = 0 } = (await page.locator('body').boundingBox()) ?? {}
  const client = await page.context().newCDPSession(page)
  const clip = { x: 0, y: 0, width, height, scale: 2 }
  const facts = { format: 'webp', quality: 60, clip, captureBeyondViewport: true } as const
  const { data } = await client.send('Page.captureScreenshot', facts)
  return Buffer.from(data, 'base64')
}
