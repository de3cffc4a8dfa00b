import { describe, expect, it } from 'vitest'
import type { Person } from '../../src/workspace/person.ts'
import { MINUTE, makePolicy } from '../support/make.ts'
import { offeredTo } from './asking.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

/** Ann has orders-read for 15 minutes. */
async function annHasIt() {
  const slack = await makeSlack()
  const bot = await startBot(slack, { policy: makePolicy() })
  await slack.ann.types('/breakglass orders-read 15m INC-42 replica lag')
  await slack.lee.presses('approve', await slack.lee.waitsFor('INC-42', { in: slack.requests }))
  const card = await slack.ann.waitsFor('Press “Extend”')
  const [request] = await bot.store.requests({ limit: 1 })
  return { ...slack, bot, card, first: request?.id ?? 'R-000000' }
}

async function untilExtendFormSays(person: Person, words: string): Promise<void> {
  await person.waitsForModal('extend')
  await untilTrue(() => person.modal?.plain.includes(words) ?? false)
}

describe('more time', () => {
  it('is asked for by the button, with the lengths that give more, and approved on a card that says so', async () => {
    const { ann, lee, requests, bot, card, first } = await annHasIt()
    await ann.presses('extend', card)
    await untilExtendFormSays(ann, 'not added to the old one')
    expect(ann.modal?.title).toBe('Ask for more time')
    const offered = offeredTo(ann, 'ttl')
    expect(offered).toContain('30m')
    expect(offered).not.toContain('10m')
    await ann.submits({ ttl: '30m', reason: 'INC-42 still not mended' })
    expect((await ann.waitsFor('30m more of orders-read')).plain).toContain('One of leads must agree')
    const second = await lee.waitsFor('more time with', { in: requests })
    expect(second.plain).toContain(`G-${first.slice(2)} gives it until`)
    await lee.presses('approve', second)
    await ann.waitsFor('Extended')
    const [request] = await bot.store.requests({ limit: 1 })
    expect(request).toMatchObject({ extends: `G-${first.slice(2)}`, state: 'approved', terms: { ttlMs: 30 * MINUTE } })
    expect(bot.lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('is asked for in one line', async () => {
    const { ann, lee, requests, first } = await annHasIt()
    await ann.types(`/breakglass extend ${first} 20m INC-42 still not mended`)
    await ann.waitsFor('20m more of orders-read')
    await lee.waitsFor('INC-42 still not mended', { in: requests })
  })

  it('opens the form for a line that is not complete, with what was typed', async () => {
    const { ann, first } = await annHasIt()
    const saw = await ann.types(`/breakglass extend ${first} 20m`)
    expect(saw.message?.plain).toContain(`extend ${first} 15m REASON`)
    await untilExtendFormSays(ann, 'not added to the old one')
    expect(ann.modal?.fields.ttl).toMatchObject({ selected_option: { value: '20m' } })
  })

  it('says in the field what is wrong, and keeps what was typed', async () => {
    const { ann, bot, card } = await annHasIt()
    await ann.presses('extend', card)
    await untilExtendFormSays(ann, 'not added to the old one')
    await ann.submits({ ttl: '30m', reason: 'no' })
    expect(ann.modal?.errors).toMatchObject({ reason: expect.stringContaining('at least 5 characters') })
    expect(await bot.store.requests({ limit: 9 })).toHaveLength(1)
  })

  it('is offered to whoever asks again for what he has', async () => {
    const { ann, first } = await annHasIt()
    const saw = await ann.types('/breakglass orders-read 20m INC-43 another one')
    expect(saw.message?.plain).toContain(`You have this already: G-${first.slice(2)}`)
    await untilExtendFormSays(ann, 'not added to the old one')
    expect(ann.modal?.fields).toMatchObject({
      ttl: { selected_option: { value: '20m' } },
      reason: { value: 'INC-43 another one' },
    })
  })

  it('that cannot be had is said in the form, which can only be closed', async () => {
    const { ann, ben, card, first } = await annHasIt()
    await ben.types(`/breakglass extend ${first}`)
    await untilExtendFormSays(ben, 'not a request of yours')
    expect(ben.modal?.submit).toBeUndefined()
    await ann.presses('end_early', card)
    await ann.waitsFor('Ended')
    await ann.types(`/breakglass extend ${first}`)
    await untilExtendFormSays(ann, 'has ended')
  })

  it('is told how to type it when the form does not open', async () => {
    const { workspace, ann, card, first } = await annHasIt()
    workspace.fails('views.open', { kind: 'error', error: 'fatal_error' })
    await ann.presses('extend', card)
    await ann.waitsFor(`extend ${first} 15m REASON`)
  })
})
