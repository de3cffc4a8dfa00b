import type { Page } from 'playwright-core'

/** An area of a page, `scale` pixels for each of its own; a PNG takes four times as much. */
export async function webpOf(page: Page, area: { width: number; height: number }, scale: number): Promise<Buffer> {
  const client = await page.context().newCDPSession(page)
  const clip = { x: 0, y: 0, ...area, scale }
  const facts = { format: 'webp', quality: 50, clip, captureBeyondViewport: true } as const
  const { data } = await client.send('Page.captureScreenshot', facts)
  await client.detach()
  return Buffer.from(data, 'base64')
}
