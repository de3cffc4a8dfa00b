import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import { fileReview, reviewableBy, writeAccount } from '../../src/operations/review.ts'
import { revokeGrant } from '../../src/operations/revoke.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeGroup, makePerson } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const HOUR = 60 * MINUTE

/** Ann broke the glass, and the access is over; she is one of the reviewers, too. */
async function annBroke(change: Parameters<typeof makeGlassPolicy>[0] = {}) {
  const night = await world({ policy: makeGlassPolicy(change) })
  await annBreaks(night)
  const id = await night.newest()
  await night.passes(15 * MINUTE)
  return { night, id }
}

async function pressOn(night: World, by: string, id: RequestId, audience: 'glass' | 'requester' = 'glass') {
  const press = await night.press(by, id, audience)
  return audience === 'glass' ? { ...press, channel: 'C0REQUESTS' } : press
}

async function files(night: World, by: string, id: RequestId, outcome = 'justified', note = 'The replica was down.') {
  const press = await pressOn(night, by, id)
  return night.answerTo((inbox) => fileReview(night.deps, { ...press, inbox, outcome, note }))
}

async function writes(night: World, by: string, id: RequestId, account = 'Restarted the replica.') {
  const press = await pressOn(night, by, id, 'requester')
  return night.answerTo((inbox) => writeAccount(night.deps, { ...press, inbox, account }))
}

const saidTo = (night: World, person: string) =>
  night.delivered.flatMap((effect) => (effect.kind === 'say' && effect.person === person ? [effect.sentence] : []))

describe('a review', () => {
  it.each(['justified', 'not-justified', 'drill'])('is filed by one of the reviewers: %s', async (outcome) => {
    const { night, id } = await annBroke()
    expect(await files(night, 'U0SAM', id, outcome)).toBe(`Filed: the review of ${id}, ${outcome}.`)
    expect(await night.store.review(id)).toMatchObject({ state: 'filed', outcome, by: 'U0SAM', byName: 'sam' })
    const event = (await night.store.events({ limit: 99 })).find(({ name }) => name === 'review.filed')
    expect(event).toMatchObject({ actor: 'U0SAM', detail: { outcome }, text: 'The replica was down.' })
  })

  it('is filed by nobody for himself, though he is one of the reviewers', async () => {
    const { night, id } = await annBroke()
    expect(await files(night, 'U0ANN', id)).toContain('somebody else must review it')
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
    expect(await night.events()).toContain('approval.refused')
  })

  it('is filed by nobody for himself under a second account', async () => {
    const { night, id } = await annBroke()
    night.people.persons.set('U0SUE', { ok: true, value: makePerson('sue', { subject: 'ann@example.com' }) })
    expect(await files(night, 'U0SUE', id)).toContain('somebody else must review it')
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
  })

  it.each([
    ['somebody who is no reviewer', 'U0BEN'],
    ['an approver of the ordinary rule', 'U0LEE'],
  ])('is not filed by %s', async (_, by) => {
    const { night, id } = await annBroke()
    expect(await files(night, by, id)).toBe('Only reviewers or secteam can review it.')
    expect(await night.store.review(id)).toMatchObject({ state: 'owed' })
  })

  it('is filed by the security people where others review, too', async () => {
    const { night, id } = await annBroke({ review: { by: [makeGroup('directors', ['U0DEE'])], withinMs: 24 * HOUR } })
    expect(await files(night, 'U0SAM', id)).toContain('Filed')
  })

  it('is filed once', async () => {
    const { night, id } = await annBroke()
    await files(night, 'U0SAM', id, 'not-justified')
    expect(await files(night, 'U0SUE', id, 'justified')).toContain('was reviewed already')
    expect(await night.store.review(id)).toMatchObject({ outcome: 'not-justified', by: 'U0SAM' })
  })

  it('waits until the access is over', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    const id = await night.newest()
    expect(await files(night, 'U0SAM', id)).toMatch(/It ends at .*; review it then/)
    expect(await reviewableBy(night.deps, 'U0SAM', id)).toMatchObject({ ok: false, refusal: { code: 'not-over' } })
  })

  it.each([
    ['without a note', 'justified', '  ', 'Say what you found'],
    ['without an outcome', '', 'All well.', 'Choose what it comes to'],
    ['with an outcome of his own', 'splendid', 'All well.', 'Choose what it comes to'],
    ['with a note that is too long', 'drill', 'x'.repeat(1_001), 'at most 1000 fit'],
  ])('is not filed %s', async (_, outcome, note, sentence) => {
    const { night, id } = await annBroke()
    expect(await files(night, 'U0SAM', id, outcome, note)).toContain(sentence)
  })

  it('is not filed by a button of another card', async () => {
    const { night, id } = await annBroke()
    const press = { ...(await pressOn(night, 'U0SAM', id)), copy: 'made-up' }
    const filing = { ...press, outcome: 'drill', note: 'x' }
    expect(await night.answerTo((inbox) => fileReview(night.deps, { ...filing, inbox }))).toContain(
      'not a card of this',
    )
  })
})

describe('what was done', () => {
  it('is written by who did it, and shown to whoever reviews', async () => {
    const { night, id } = await annBroke()
    expect(await writes(night, 'U0ANN', id)).toContain('Thank you')
    expect(await reviewableBy(night.deps, 'U0SAM', id)).toMatchObject({
      ok: true,
      value: { role: 'reviewer', account: 'Restarted the replica.' },
    })
    expect(await reviewableBy(night.deps, 'U0ANN', id)).toMatchObject({ ok: true, value: { role: 'requester' } })
  })

  it('is written by nobody else, and not after the review', async () => {
    const { night, id } = await annBroke()
    expect(await writes(night, 'U0SAM', id)).toContain('Only who broke the glass')
    await files(night, 'U0SAM', id)
    expect(await writes(night, 'U0ANN', id)).toContain('was reviewed already')
  })
})

describe('a review that is owed', () => {
  it('is asked for: of the requester at the end, of the reviewers at half and three quarters, then loudly every day', async () => {
    const { night, id } = await annBroke()
    await night.passes(MINUTE)
    expect(saidTo(night, 'U0ANN')).toEqual([expect.stringContaining('Please write what you did with it')])
    expect(saidTo(night, 'C0SECURITY')).toEqual([])
    await night.passes(12 * HOUR)
    await night.passes(6 * HOUR)
    expect(saidTo(night, 'C0SECURITY')).toEqual(Array(2).fill(expect.stringMatching(/^A review is owed: ann@example/)))
    await night.passes(6 * HOUR)
    expect(saidTo(night, 'C0SECURITY').at(-1)).toMatch(/^A REVIEW IS OVERDUE/)
    expect(saidTo(night, 'U0ANN').at(-1)).toContain('You can ask for access as usual')
    const loud = night.delivered.filter((effect) => effect.kind === 'say' && effect.sentence.startsWith('A REVIEW IS'))
    expect(loud).toEqual([
      ...['U0SAM', 'U0SUE'].map((person) => expect.objectContaining({ person })), // who may not read the channel
      expect.objectContaining({ person: 'C0SECURITY', calls: ['U0SAM', 'U0SUE'] }), // and never the requester
    ])
    for (let day = 0; day < 3; day += 1) await night.passes(24 * HOUR)
    expect(saidTo(night, 'C0SECURITY').filter((one) => one.startsWith('A REVIEW IS STILL OVERDUE'))).toHaveLength(3)
    expect((await night.events()).filter((name) => name === 'review.overdue')).toHaveLength(1)
    await files(night, 'U0SAM', id)
    const before = saidTo(night, 'C0SECURITY').length
    await night.passes(48 * HOUR)
    expect(saidTo(night, 'C0SECURITY')).toHaveLength(before)
  })

  it('is not asked for once more of a requester who wrote already', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    await writes(night, 'U0ANN', await night.newest())
    await night.passes(15 * MINUTE)
    await night.passes(MINUTE)
    expect(saidTo(night, 'U0ANN')).toEqual([])
  })

  it('is told once, and not three times, when the bot was away for days', async () => {
    const { night } = await annBroke()
    await night.passes(72 * HOUR)
    expect(saidTo(night, 'C0SECURITY')).toEqual([expect.stringMatching(/^A REVIEW IS OVERDUE/)])
  })

  it('blocks the next break-glass of that person when it is overdue, and nothing else', async () => {
    const { night, id } = await annBroke()
    await night.passes(23 * HOUR)
    await night.passes(HOUR)
    const answer = await annBreaks(night)
    expect(answer).toContain(`The review of ${id}`)
    expect(answer).toContain('It blocks nothing else: ask as usual, /breakglass orders-read REASON')
    expect(await night.asks('U0ANN')).toContain('must agree')
    expect(await annBreaks(night, { by: 'U0BEN' })).toContain('the glass is broken')
    await files(night, 'U0SAM', id)
    expect(await annBreaks(night)).toContain('the glass is broken')
  })

  it('that is not overdue yet blocks nothing', async () => {
    const { night } = await annBroke()
    await night.passes(23 * HOUR)
    expect(await annBreaks(night)).toContain('the glass is broken')
  })
})

describe('revoking what broken glass gave', () => {
  async function revokes(night: World, by: string, id: RequestId) {
    const press = await pressOn(night, by, id)
    return night.answerTo((inbox) =>
      revokeGrant(night.deps, { by, inbox, request: id, press: { ...press, inbox }, reason: 'no need' }),
    )
  }

  it.each([
    ['an approver of the ordinary rules', 'U0KIM'],
    ['the security people', 'U0SAM'],
    ['somebody who was told by name', 'U0DEE'],
  ])('is for %s, by the button on the loud card', async (_, by) => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    const id = await night.newest()
    expect(await revokes(night, by, id)).toContain('Taking G-')
    await night.settles()
    await night.passes(1)
    expect(night.target.held.size).toBe(0)
  })

  it('is for nobody else', async () => {
    const night = await world({ policy: makeGlassPolicy() })
    await annBreaks(night)
    await night.settles()
    expect(await revokes(night, 'U0BEN', await night.newest())).toContain('Only approvers')
  })
})
