import axe, { type AxeResults } from 'axe-core'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ATTACKS } from '../../src/demo/attacks.ts'
import { hasBrowser, type Reader, useDemo } from './browser.ts'

describe.skipIf(!hasBrowser())('the demo in a browser', { timeout: 60_000 }, () => {
  const reads = useDemo()

  it('leads through the five steps, each ticked off by what really happened', async () => {
    const reader = await reads()
    const done = () => reader.page.locator('#steps .done').count()
    const line = reader.target.getByLabel('SQL, as Ann')
    const query = await line.inputValue()
    await line.fill('select 1')
    expect(await reader.queries()).toBe('rows')
    await line.fill('selec')
    expect(await reader.queries()).toBe('failed')
    expect(await done()).toBe(0) // she has read no order, and was refused none
    await line.fill(query)
    expect(await reader.queries()).toBe('refused')
    await expect.poll(done).toBe(1)
    await reader.types('ann', '/breakglass orders-read 6s INC-42 replica lag on the primary')
    await reader
      .pane('lee')
      .getByRole('button', { name: /^Approve R-/ })
      .click()
    await reader.pane('ann').getByRole('button', { name: /^End/ }).waitFor()
    await reader.queriesUntil('rows')
    await expect.poll(done, { timeout: 10_000 }).toBe(4)
    await reader.pane('ann').getByText('Your access has ended').waitFor()
    expect(await reader.queries()).toBe('refused')
    await expect.poll(done).toBe(5)
    await reader.pane('sam').getByText('access ended').waitFor()
    await reader.page.close()
  })

  it.each(Object.entries(ATTACKS).filter(([id]) => !['replay', 'ping'].includes(id)))(
    'refuses the attack “%s”, and shows the audit event that it left',
    async (_id, words) => {
      const reader = await reads()
      await reader.chooses('Be the attacker', words)
      const drawer = reader.page.locator('#drawer')
      await drawer.getByText('approval.refused').waitFor()
      expect(await drawer.textContent()).not.toContain('Nobody was told anything')
      await reader.page.keyboard.press('Escape')
      expect(await reader.page.evaluate("document.activeElement?.closest('[data-menu]')?.dataset.menu")).toBe('attacks')
      expect(await reader.queries()).toBe('refused')
      await reader.page.close()
    },
  )

  it('shows a replay to change nothing, and text that pings as it was typed', async () => {
    const reader = await reads()
    await reader.chooses('Be the attacker', ATTACKS.replay)
    await reader.page.locator('#drawer').getByText('recognised and changed nothing').waitFor()
    await reader.page.keyboard.press('Escape')
    await reader.chooses('Be the attacker', ATTACKS.ping)
    const card = reader.pane('lee').locator('article', { hasText: '<!channel>' }).last()
    await card.getByText('<!channel> <@U0LEE>').waitFor()
    expect(await card.locator('.mention').allTextContents()).toEqual(['@Ann', '@Lee', '@Sam'])
    expect(await card.locator('a, .link').count()).toBe(0)
    await reader.page.close()
  })

  it('can be used by the keyboard alone: a form, its menus, its errors, a card', async () => {
    const reader = await reads()
    const { keyboard } = reader.page
    await reader.pane('ann').getByLabel('Message or command').focus()
    await keyboard.press('Control+A')
    await keyboard.type('/breakglass')
    await keyboard.press('Enter')
    const form = reader.pane('ann').getByRole('dialog')
    await form.getByRole('combobox', { name: 'What do you need?' }).waitFor()
    await expect.poll(() => reader.page.evaluate('document.activeElement?.dataset.block')).toBe('entitlement')
    await keyboard.type('read')
    await keyboard.press('Enter')
    await form.getByRole('combobox', { name: 'For how long?' }).waitFor()
    await form.getByRole('button', { name: 'Ask', exact: true }).focus()
    await keyboard.press('Enter')
    await form.getByText('Please complete this required field.').waitFor() // the reason, and it has the focus
    await keyboard.type('no')
    await form.getByRole('button', { name: 'Ask', exact: true }).focus()
    await keyboard.press('Enter')
    await form.getByRole('alert').filter({ hasNotText: 'required field' }).waitFor()
    await form.getByLabel('Why do you need it?').fill('INC-43 by keyboard')
    await keyboard.press('Tab')
    await form.getByRole('button', { name: 'Ask', exact: true }).focus()
    await keyboard.press('Enter')
    await reader.pane('lee').getByText('INC-43 by keyboard').waitFor()
    const own = reader.card('ann', 'INC-43 by keyboard')
    await own.getByRole('button', { name: /^Cancel/ }).focus()
    await keyboard.press('Enter')
    await own.locator('h3', { hasText: 'Cancelled' }).waitFor()
    const focused = () => reader.page.evaluate('document.activeElement?.ariaLabel')
    await expect.poll(focused).toBe('Messages with breakglass') // the button that had it is gone
    await reader.page.close()
  })

  it('shows each person’s Home: what waits is approved there, what is held is given back there, by the keyboard too', async () => {
    const reader = await reads()
    const { keyboard } = reader.page
    await reader.types('ann', '/breakglass orders-read 90s INC-44 from Home')
    const title = await reader.card('ann', 'INC-44 from Home').locator('h3').textContent()
    const id = /R-[0-9A-Z]{6}/.exec(title ?? '')?.[0] ?? ''
    await reader.opens('lee', 'Home')
    const lees = reader.pane('lee').getByRole('region', { name: 'Home of breakglass' })
    await lees.getByText('INC-44 from Home').waitFor()
    expect(await reader.pane('lee').getByLabel('Message or command').isVisible()).toBe(false)
    const approve = lees.getByRole('button', { name: `Approve ${id}` })
    await approve.focus()
    await keyboard.press('Enter')
    await approve.waitFor({ state: 'detached' })
    await expect.poll(() => reader.page.evaluate('document.activeElement?.ariaLabel')).toBe('Home of breakglass')
    await reader.card('ann', 'INC-44 from Home').locator('h3', { hasText: 'Active' }).waitFor()
    await reader.opens('ann', 'Home')
    const anns = reader.pane('ann').getByRole('region', { name: 'Home of breakglass' })
    const end = anns.getByRole('button', { name: `End now: give back what G-${id.slice(2)} gives` })
    await end.click()
    await end.waitFor({ state: 'detached' })
    await reader.opens('ann', 'breakglass')
    await reader.pane('ann').getByText('Thank you for giving it back').waitFor()
    expect(await reader.pane('ann').getByLabel('Message or command').isVisible()).toBe(true)
    await reader.page.close()
  })

  it('offers the shortcut on what people wrote, and opens the form with a link to it', async () => {
    const reader = await reads()
    await reader.opens('ann', 'requests')
    const shortcut = reader
      .pane('ann')
      .getByRole('button', { name: /^Ask for emergency access, about the message of Ben/ })
    await shortcut.focus()
    await reader.page.keyboard.press('Enter')
    const form = reader.pane('ann').getByRole('dialog')
    await form.getByText('About: ').waitFor()
    await form.getByRole('combobox', { name: 'What do you need?' }).waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await reader.page.close()
  })

  it('shows one pane and a switch on a phone', async () => {
    const reader = await reads(390)
    expect(await reader.pane('lee').isVisible()).toBe(false)
    await reader.page.locator('#switch').getByRole('tab', { name: 'Lee' }).click()
    expect(await reader.pane('lee').isVisible()).toBe(true)
    expect(await reader.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    const line = await reader.pane('lee').getByLabel('Message or command').boundingBox()
    expect((line?.y ?? Number.POSITIVE_INFINITY) + (line?.height ?? 0)).toBeLessThan(900)
    await reader.page.locator('#switch').getByRole('tab', { name: 'Sam' }).getByLabel(/ new$/).waitFor()
    await reader.page.close()
  })

  it.each([
    ['light', 1_500],
    ['dark', 1_500],
    ['dark', 390],
  ] as const)('has nothing that axe objects to: %s, %d wide', async (scheme, width) => {
    const reader = await reads(width, scheme)
    if (width > 400) {
      await reader.opens('sam', 'Home')
      await reader.pane('sam').getByText('Everybody’s access now').waitFor()
      await reader.types('ann', '/breakglass')
      await reader.pane('ann').getByRole('dialog').getByRole('combobox', { name: 'What do you need?' }).waitFor()
    }
    await reader.page.evaluate(axe.source)
    const { violations } = await reader.page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))])).toEqual([])
    if (width > 400) await reader.pane('ann').getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await reader.page.close()
  })

  it('says what else there is to try, and the focus comes back from there', async () => {
    const reader = await reads()
    const more = reader.page.getByRole('button', { name: 'More to try' })
    await more.click()
    const drawer = reader.page.locator('#drawer')
    await drawer.getByText('/breakglass emergency orders-read').waitFor()
    expect(await drawer.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Ann, engineer',
      'Lee, approver',
      'Sam, security',
    ])
    await reader.page.keyboard.press('Escape')
    await reader.page.locator('[data-menu="more"]:focus').waitFor()
    await reader.page.close()
  })

  it('lets Ann cancel while Lee approves, and one of them counts', async () => {
    const reader = await reads()
    await reader.types('ann', '/breakglass orders-write 2s INC-47 two at once')
    const approve = reader.card('lee', 'INC-47').getByRole('button', { name: /^Approve R-/ })
    const cancel = reader.card('ann', 'INC-47').getByRole('button', { name: /^Cancel/ })
    await Promise.all([approve.waitFor(), cancel.waitFor()])
    const toLee = await reader.nextWord('lee')
    await reader.pressesAtOnce(approve, cancel)
    expect(await toLee()).toMatch(/^(Approved R-\w+: |The requester has cancelled it\.$)/)
    await approve.waitFor({ state: 'detached' })
    expect(await reader.card('lee', 'INC-47').locator('h3').textContent()).toMatch(
      /Cancelled|Granting|Active|Ended|Taking/,
    )
    await reader.page.close()
  })

  it('lets Lee and Sam approve at the same instant: one decides, the other reads so, and both cards name the one', async () => {
    const reader = await reads()
    const { lees, sams, words } = await asked(reader, 'INC-48 both approve', /^Approve R-/)
    await reader.pressesAtOnce(lees.button, sams.button)
    const said = await words()
    const isLee = said[0]?.startsWith('Approved') ?? false
    expect(isLee ? said : said.toReversed()).toEqual([
      expect.stringMatching(/^Approved R-\w+: ann@example.com gets orders-read for 2s\.$/),
      'That was approved already.',
    ])
    for (const { card } of [lees, sams]) {
      await card.locator('h3', { hasText: 'Ended' }).waitFor()
      expect(await card.textContent()).toContain(`Approved by @${isLee ? 'Lee' : 'Sam'}.`)
    }
    await reader.page.close()
  })

  it('lets Lee approve and Sam deny at the same instant: Ann has nothing in the end, and both read what became of it', async () => {
    const reader = await reads()
    const { lees, sams, words } = await asked(reader, 'INC-49 one denies', /^Deny/)
    await sams.button.click()
    const form = reader.pane('sam').getByRole('dialog')
    await form.getByLabel('Why?').fill('not tonight')
    const approve = lees.card.getByRole('button', { name: /^Approve R-/ })
    await reader.pressesAtOnce(approve, form.getByRole('button', { name: 'Deny', exact: true }))
    const [toLee] = await words('lee')
    const isDenied = toLee === 'That was denied already.'
    if (!isDenied) expect(toLee).toMatch(/^Approved R-/)
    for (const { card } of [lees, sams]) {
      await card.locator('h3', { hasText: isDenied ? 'Denied' : 'Ended' }).waitFor()
      expect(await card.textContent()).toContain(isDenied ? 'not tonight' : 'Taken away by @Sam.')
    }
    await reader.queriesUntil('refused')
    await reader.page.close()
  })
})

/** Ann has asked; Lee and Sam have the same card before them, with this button, and `words` is what each reads alone. */
async function asked(reader: Reader, reason: string, button: RegExp) {
  await reader.opens('sam', 'requests')
  await reader.types('ann', `/breakglass orders-read 2s ${reason}`)
  const [lees, sams] = (['lee', 'sam'] as const).map((name) => {
    const card = reader.card(name, reason)
    return { card, button: card.getByRole('button', { name: button }) }
  }) as [Sight, Sight]
  await Promise.all([lees.button.waitFor(), sams.button.waitFor()])
  const next = { lee: await reader.nextWord('lee'), sam: await reader.nextWord('sam') }
  const words = (...of: readonly ('lee' | 'sam')[]) =>
    Promise.all((of.length > 0 ? of : (['lee', 'sam'] as const)).map((name) => next[name]()))
  return { lees, sams, words }
}

interface Sight {
  readonly card: Locator
  readonly button: Locator
}
