import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Demo, startDemo } from '../../src/demo/demo.ts'

/** Debian's Chromium, or another one named by CHROMIUM. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Whether there is a browser to test with; loud if not. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true
  console.error(`SKIPPED: no Chromium at ${CHROMIUM}; install Debian’s “chromium”, or name one with CHROMIUM`)
  return false
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** One demo, with ends that come soon, for all tests of a file; gives what opens its page. */
export function useDemo() {
  let demo: Demo
  let browser: Browser
  beforeAll(async () => {
    const starting = startDemo({ port: 0, keep: undefined, shortest: '2s', tell() {} })
    ;[demo, browser] = await Promise.all([starting, launch()])
  })
  afterAll(async () => {
    await browser?.close()
    await demo?.stop()
  })
  return async (width = 1_500, scheme: 'light' | 'dark' = 'light'): Promise<Reader> => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme })
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('close', () => expect(wrong).toEqual([]))
    await page.goto(demo.address)
    await page.locator('#switch button').first().waitFor({ state: 'attached' })
    for (const close of await page.locator('.modal .buttons button[type=button]').all()) await close.click()
    return new Reader(page)
  }
}

/** What people do on the page, by what they see. */
export class Reader {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(15_000)
  }

  pane(name: 'ann' | 'lee' | 'sam') {
    return this.page.locator(`#pane-U0${name.toUpperCase()}`)
  }

  get target() {
    return this.page.locator('#pane-target')
  }

  async opens(name: 'ann' | 'lee' | 'sam', place: string): Promise<void> {
    await this.pane(name).getByRole('tab', { name: place }).click()
  }

  async types(name: 'ann' | 'lee' | 'sam', line: string): Promise<void> {
    await this.pane(name).getByLabel('Message or command').fill(line)
    await this.pane(name).getByRole('button', { name: 'Send' }).click()
  }

  /** The card of the request with this reason, as this person sees it in #requests or in the direct conversation. */
  card(name: 'ann' | 'lee' | 'sam', reason: string): Locator {
    return this.pane(name).locator('article:has(h3)', { hasText: reason }).last()
  }

  /** Presses all of them in one turn of the page: whoever wins, it is not by the test's doing. */
  async pressesAtOnce(...buttons: readonly Locator[]): Promise<void> {
    const handles = await Promise.all(buttons.map((one) => one.elementHandle()))
    await this.page.evaluate((all) => {
      for (const one of all as unknown as readonly { click(): void }[]) one.click()
    }, handles)
  }

  /** Gives what the bot will say next to somebody alone, in the conversation that is open. */
  async nextWord(name: 'ann' | 'lee' | 'sam'): Promise<() => Promise<string | null>> {
    const alone = this.pane(name).locator('article.ephemeral')
    const before = await alone.count()
    return () => alone.nth(before).locator('p').last().textContent()
  }

  /** Waits until the countdown beside the database is over. */
  async timeIsUp(): Promise<void> {
    await this.target.getByText('time is up').waitFor({ timeout: 30_000 })
  }

  /** Waits until the bot is said to be taking access away, and has not yet done it. */
  async isTakenAway(): Promise<void> {
    await this.target.locator('dd', { hasText: 'revoking' }).waitFor({ timeout: 30_000 })
  }

  /** Runs the query that stands there, and gives the newest answer's kind: rows, refused, failed or cut. */
  async queries(): Promise<string | null> {
    const answers = this.target.locator('[data-kind]')
    const before = await answers.count()
    await this.target.getByRole('button', { name: 'Run' }).click()
    await answers.nth(before).waitFor()
    return answers.nth(before).getAttribute('data-kind')
  }

  /** Chooses from one of the menus on top. */
  async chooses(menu: string, choice: string): Promise<void> {
    await this.page.locator('#tools summary', { hasText: menu }).click()
    await this.page.getByRole('button', { name: choice, exact: true }).click()
  }

  /** Queries until the answer is of the kind. */
  async queriesUntil(kind: string, withinMs = 20_000): Promise<void> {
    const end = Date.now() + withinMs
    while ((await this.queries()) !== kind) {
      if (Date.now() > end) throw new Error(`the database never answered with ${kind}`)
      await this.page.waitForTimeout(300)
    }
  }
}
