import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { home } from '../../src/operations/home.ts'
import { fileReview, reviewableBy } from '../../src/operations/review.ts'
import { revokeGrant } from '../../src/operations/revoke.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeGroup, makeRule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const HOUR = 60 * MINUTE
const oncall = [makeGroup('oncall', ['U0ANN', 'U0BEN'])]
const AUTO = makeRule({ name: 'auto', approval: 'none', approvers: [], quorum: 0, requesters: oncall })

/** Ann broke the glass, and got more time by an ordinary rule after a minute. */
async function annWentOn(more: 'at once' | 'by approval' = 'at once', glass = {}) {
  const rules = more === 'at once' ? [AUTO, makeRule()] : [makeRule()]
  const night = await world({ policy: makeGlassPolicy(glass, { rules }) })
  await annBreaks(night)
  const id = await night.newest()
  await night.settles()
  await night.passes(MINUTE)
  await night.extends('U0ANN', id, 30 * MINUTE)
  const next = await night.newest()
  if (more === 'by approval') await night.approves('U0LEE', next)
  await night.settles()
  await night.passes(1_000)
  expect(await night.grantOf(next)).toMatchObject({ state: 'active' })
  return { night, id, next }
}

async function files(night: World, by: string, id: RequestId) {
  const press = { ...(await night.press(by, id, 'glass')), channel: 'C0REQUESTS' }
  return night.answerTo((inbox) => fileReview(night.deps, { ...press, inbox, outcome: 'justified', note: 'Well.' }))
}

const saidTo = (night: World, person: string) =>
  night.delivered.flatMap((effect) => (effect.kind === 'say' && effect.person === person ? [effect.sentence] : []))
const ASKED = [expect.stringContaining('Please write what you did with it')]

describe('a review of access that was extended', () => {
  it('waits until the last of it is over', async () => {
    const { night, id, next } = await annWentOn()
    await night.passes(20 * MINUTE) // the first grant would have ended
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'extended' })
    const last = (await night.grantOf(next))?.id
    expect(await files(night, 'U0SAM', id)).toContain(`The access is still there: it goes on as ${last}`)
    expect(await reviewableBy(night.deps, 'U0SAM', id)).toMatchObject({ ok: false, refusal: { code: 'not-over' } })
    await night.passes(10 * MINUTE)
    expect(night.target.held.size).toBe(0)
    expect(await files(night, 'U0SAM', id)).toContain('Filed')
  })

  it('asks the requester what he did only then', async () => {
    const { night } = await annWentOn()
    await night.passes(20 * MINUTE)
    expect(saidTo(night, 'U0ANN')).toEqual([])
    await night.passes(10 * MINUTE)
    await night.passes(2 * MINUTE)
    expect(saidTo(night, 'U0ANN')).toEqual(ASKED)
  })

  it('is filed by nobody who approved the rest of it, who is not shown the form either', async () => {
    const by = [makeGroup('leads', ['U0LEE', 'U0KIM'])]
    const { night, id } = await annWentOn('by approval', { review: { by, withinMs: 24 * HOUR } })
    await night.passes(31 * MINUTE)
    expect(await files(night, 'U0LEE', id)).toContain('You approved more time for it yourself')
    expect(await reviewableBy(night.deps, 'U0LEE', id)).toMatchObject({ refusal: { code: 'own-approval' } })
    expect(await files(night, 'U0KIM', id)).toContain('Filed')
  })

  it('can be taken away by whoever was told of the broken glass by name', async () => {
    const { night, next } = await annWentOn()
    const order = { by: 'U0DEE', request: next, press: undefined, reason: 'no need' }
    expect(await night.answerTo((inbox) => revokeGrant(night.deps, { ...order, inbox }))).toContain('Taking G-')
    await night.settles()
    await night.passes(1)
    expect(night.target.held.size).toBe(0)
  })

  it('is not theirs where the glass was not broken for it', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await night.asks('U0ANN')
    const id = await night.newest()
    await night.approves('U0LEE', id)
    await night.settles()
    const order = { by: 'U0DEE', request: id, press: undefined, reason: 'no need' }
    expect(await night.answerTo((inbox) => revokeGrant(night.deps, { ...order, inbox }))).toContain('Only approvers')
  })
})

describe('a review of access that ended otherwise', () => {
  it('asks the requester soon after he gave it back, not when it would have ended', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    await night.passes(MINUTE)
    await night.withdraws('U0ANN', await night.newest())
    await night.settles()
    await night.passes(MINUTE)
    expect(saidTo(night, 'U0ANN')).toEqual(ASKED)
  })

  it('is not filed, nor asked for, before the target has said that the access is gone', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    const id = await night.newest()
    await night.settles()
    night.target.mishaps.revoke.push(...Array<'unreachable'>(9).fill('unreachable'))
    await night.passes(15 * MINUTE)
    await night.passes(MINUTE)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoking' })
    expect(await files(night, 'U0SAM', id)).toContain('has not confirmed yet that the access is gone')
    expect(saidTo(night, 'U0ANN')).toEqual([])
    night.target.mishaps.revoke.length = 0
    await night.passes(20 * MINUTE)
    await night.passes(3 * MINUTE)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked' })
    expect(saidTo(night, 'U0ANN')).toEqual(ASKED)
    expect(await files(night, 'U0SAM', id)).toContain('Filed')
  })

  it('chases nobody and blocks nothing where no access was given, and can be filed', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    night.target.mishaps.grant.push('refused')
    await annBreaks(night)
    const id = await night.newest()
    await night.settles()
    await night.passes(MINUTE)
    expect(await night.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'grant-failed' })
    for (let day = 0; day < 3; day += 1) await night.passes(24 * HOUR)
    expect(saidTo(night, 'U0ANN')).toEqual([expect.stringContaining('you did not get orders-read')])
    expect(saidTo(night, 'C0SECURITY')).toEqual([])
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
    const shown = async (by: string) => {
      const found = await home(night.deps, by, {})
      return found.ok ? found.value.reviews.items : []
    }
    expect(await shown('U0ANN')).toEqual([])
    expect(await shown('U0SAM')).toMatchObject([{ review: { request: id }, gaveNothing: true }])
    expect(await annBreaks(night)).toContain('the glass is broken')
    expect(await files(night, 'U0SAM', id)).toContain('Filed')
  })

  it('says of access that goes on past its time that it cannot be filed yet', async () => {
    const { night } = await annWentOn('at once', {
      review: { by: [makeGroup('auditors', ['U0AUD'])], withinMs: 20 * MINUTE },
    })
    await night.passes(20 * MINUTE)
    const [overdue] = saidTo(night, 'U0AUD')
    expect(overdue).toMatch(/^A REVIEW IS OVERDUE.*The access is still there, or not confirmed to be gone/)
    expect(saidTo(night, 'U0ANN')).toEqual([expect.stringContaining('Ask auditors or secteam to file it')])
  })
})
