import { writeFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'
import { drawDemo } from './demo.ts'
import { playNight } from './night.ts'
import { pageOf, type Theme } from './page.ts'
import { webpOf } from './webp.ts'

// Draws docs/images/night-*.webp and demo-*.webp, or one of the two: `npm run pictures -- demo`.
// Needs Debian's `chromium`, or another one named by CHROMIUM.
const WIDTHS = { desktop: 840, phone: 390 }
const [, , only] = process.argv
process.env.TZ = 'UTC'

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'], // it is our own page, and root has no sandbox
})
try {
  if (only !== 'demo') await drawNight()
  if (only !== 'night') await drawDemo(browser, save)
} finally {
  await browser.close()
}

async function drawNight(): Promise<void> {
  const sights = await playNight()
  for (const theme of ['light', 'dark'] satisfies Theme[]) {
    for (const [name, width] of Object.entries(WIDTHS)) {
      const page = await browser.newPage({ viewport: { width, height: 800 } })
      await page.setContent(pageOf(sights, theme))
      const whole = (await page.locator('body').boundingBox()) ?? { width: 0, height: 0 }
      await save(`night-${name}-${theme}`, await webpOf(page, whole, 2))
      await page.close()
    }
  }
}

function save(name: string, picture: Buffer): Promise<void> {
  return writeFile(`docs/images/${name}.webp`, picture)
}
