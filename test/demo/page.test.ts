import axe, { type AxeResults } from 'axe-core'
import { describe, expect, it } from 'vitest'
import { ATTACKS } from '../../src/demo/attacks.ts'
import { hasBrowser, useDemo } from './browser.ts'

describe.skipIf(!hasBrowser())('the demo in a browser', { timeout: 60_000 }, () => {
  const reads = useDemo()

  it('leads through the five steps, each ticked off by what really happened', async () => {
    const reader = await reads()
    const done = () => reader.page.locator('#steps .done').count()
    expect(await reader.queries()).toBe('refused')
    await expect.poll(done).toBe(1)
    await reader.types('ann', '/breakglass orders-read 6s INC-42 replica lag on the primary')
    await reader
      .pane('lee')
      .getByRole('button', { name: /^Approve/ })
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
      await reader.page.locator('#drawer').getByText('approval.refused').waitFor()
      await reader.page.keyboard.press('Escape')
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
    const card = reader.pane('lee').locator('article', { hasText: 'Change orders' }).last()
    await card.getByText('<!channel> <@U0LEE>').waitFor()
    expect(await card.locator('.mention').allTextContents()).toEqual(['@Ann', '@Lee'])
    expect(await card.locator('a, .link').count()).toBe(0)
    await reader.page.close()
  })

  it('can be used by the keyboard alone: a form, its menus, its errors', async () => {
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
    await form.getByLabel('Why do you need it?').focus()
    await keyboard.type('no')
    await form.getByRole('button', { name: 'Ask', exact: true }).focus()
    await keyboard.press('Enter')
    await form.getByRole('alert').waitFor()
    await form.getByLabel('Why do you need it?').fill('INC-43 by keyboard')
    await keyboard.press('Tab')
    await form.getByRole('button', { name: 'Ask', exact: true }).focus()
    await keyboard.press('Enter')
    await reader.pane('lee').getByText('INC-43 by keyboard').waitFor()
    await reader.page.close()
  })

  it('shows one pane and a switch on a phone', async () => {
    const reader = await reads(390)
    expect(await reader.pane('lee').isVisible()).toBe(false)
    await reader.page.locator('#switch').getByRole('tab', { name: 'Lee' }).click()
    expect(await reader.pane('lee').isVisible()).toBe(true)
    expect(await reader.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await reader.page.close()
  })

  it.each([
    ['light', 1_500],
    ['dark', 1_500],
    ['dark', 390],
  ] as const)('has nothing that axe objects to: %s, %d wide', async (scheme, width) => {
    const reader = await reads(width, scheme)
    if (width > 400) {
      await reader.types('ann', '/breakglass')
      await reader.pane('ann').getByRole('dialog').getByRole('combobox', { name: 'What do you need?' }).waitFor()
    }
    await reader.page.evaluate(axe.source)
    const { violations } = await reader.page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html.slice(0, 120))])).toEqual([])
    if (width > 400) await reader.pane('ann').getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await reader.page.close()
  })

  it('lets two people decide at once, and one of them counts', async () => {
    const reader = await reads()
    await reader.types('ann', '/breakglass orders-write 2s INC-47 two at once')
    const card = reader.pane('lee').locator('article', { hasText: 'INC-47' }).last()
    const deny = card.getByRole('button', { name: /^Deny/ })
    await deny.waitFor()
    const own = reader.pane('ann').locator('article', { hasText: 'INC-47' }).last()
    await Promise.all([
      card.getByRole('button', { name: /^Approve/ }).click(),
      own.getByRole('button', { name: /^Cancel/ }).click(),
    ])
    await card.getByRole('button', { name: /^Approve/ }).waitFor({ state: 'detached' })
    expect(await card.locator('h3').textContent()).toMatch(/Cancelled|Granting|Active|Ended|Taking/)
    await reader.page.close()
  })
})
