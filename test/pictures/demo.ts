import type { Browser, Page } from 'playwright-core'
import { startDemo } from '../../src/demo/demo.ts'
import { webpOf } from './webp.ts'

const DESKTOP = { width: 1280, height: 820, scale: 1.5 }
const PHONE = { width: 390, height: 780, scale: 2 }
const ENDS_WITHIN_MS = 60_000

type Save = (name: string, picture: Buffer) => Promise<void>

/** Goes through the five steps on the demo's page, as its reader would, and takes its main states. */
export async function drawDemo(browser: Browser, save: Save): Promise<void> {
  const demo = await startDemo({ port: 0, keep: undefined, tell() {} })
  try {
    const [desktop, phone] = await Promise.all(
      [DESKTOP, PHONE].map((viewport) => open(browser, demo.address, viewport)),
    )
    if (desktop && phone) await story(desktop, phone, save)
  } finally {
    await demo.stop()
  }
}

async function open(browser: Browser, address: string, viewport: typeof DESKTOP): Promise<Page> {
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
  await page.goto(address)
  await page.evaluate("document.documentElement.style.setProperty('--font', 'Lato, DejaVu Sans Condensed')")
  return page
}

async function story(desktop: Page, phone: Page, save: Save): Promise<void> {
  const run = desktop.getByRole('button', { name: 'Run' })
  const done = (steps: number) => desktop.locator(`#steps ol:has(.done:nth-child(${steps}))`).waitFor()
  await run.click()
  await desktop.locator('#pane-U0ANN').getByRole('button', { name: 'Send' }).click()
  await phone.getByRole('tab', { name: 'Lee' }).click()
  const approve = desktop.locator('#pane-U0LEE').getByRole('button', { name: /^Approve R-/ })
  await approve.waitFor()
  await done(2)
  await take('asked-phone', phone, PHONE, save)

  await approve.click()
  await desktop
    .locator('#pane-U0ANN')
    .getByRole('button', { name: /^End now/ })
    .waitFor()
  await desktop.getByText('s left').waitFor()
  await run.click()
  await done(4)
  await desktop.locator('#pane-U0SAM').getByText('access given').waitFor()
  await take('read-desktop', desktop, DESKTOP, save)

  await desktop.locator('#pane-U0SAM').getByText('access ended').waitFor({ timeout: ENDS_WITHIN_MS })
  await run.click()
  await done(5)
  await desktop.locator('.truth:not(:has(.left))').getByText('none').waitFor()
  await take('over-desktop', desktop, DESKTOP, save)
}

/** Nothing has the focus, and no pointer is over anything. */
async function take(name: string, page: Page, size: typeof DESKTOP, save: Save): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate('document.activeElement?.blur()')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await save(`demo-${name}-${colorScheme}`, await webpOf(page, size, size.scale))
  }
}
