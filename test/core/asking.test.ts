import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Asks, dueFor, nextAskAt, remindersBy } from '../../src/core/asking.ts'
import { afterDenials } from '../../src/core/denial.ts'
import { noticesFor } from '../../src/core/escalating.ts'
import type { Escalation } from '../../src/core/policy.ts'
import { mayNudge, remindable } from '../../src/core/reminding.ts'
import type { PendingRequest } from '../../src/core/request.ts'
import { MINUTE, makeCopy, makeGroup, makeRequest, makeRule, NIGHT } from '../support/make.ts'

const DIRECTORS = makeGroup('directors', ['U0DEE'])
const step = (minutes: number, change: Partial<Escalation> = {}): Escalation => ({
  afterMs: minutes * MINUTE,
  to: [DIRECTORS],
  channels: [],
  decide: true,
  ...change,
})

const asks = (remind: number | undefined, ...escalate: Escalation[]): Asks => ({
  remindMs: remind === undefined ? undefined : remind * MINUTE,
  escalate,
})

/** What is done about a request as time passes, minute by minute or whenever the next thing is due. */
function story(request: PendingRequest, rule: Asks, at: (next: number) => number) {
  const told: { at: number; what: string }[] = []
  let now: number | undefined = nextAskAt(request, rule, request.openedAt)
  let open = request
  while (now !== undefined && told.length < 200) {
    const time = at(now)
    const due = dueFor(open, rule, [makeCopy()], time)
    if (due.reminds) told.push({ at: time, what: 'reminder' })
    told.push(...due.steps.map(({ afterMs }) => ({ at: time, what: `step ${afterMs / MINUTE}` })))
    const reminded = due.reminds ? remindersBy(open, rule, time) : open.reminded
    open = { ...open, reminded, escalatedMs: due.steps.at(-1)?.afterMs ?? open.escalatedMs }
    const next = nextAskAt(open, rule, time)
    if (next !== undefined && next <= time && next <= now) throw new Error('it is due again at once, for ever')
    now = next
  }
  return told
}

const request = makeRequest({ now: NIGHT })
const minutes = (told: ReturnType<typeof story>) => told.map(({ at, what }) => `${(at - NIGHT) / MINUTE} ${what}`)

describe('when those who were asked are reminded, and who is told next', () => {
  it('reminds after the time that the rule says, then after twice as long, and never once it has lapsed', () => {
    expect(minutes(story(request, asks(2), (next) => next))).toEqual(['2 reminder', '6 reminder', '14 reminder'])
    expect(minutes(story(request, asks(15), (next) => next))).toEqual([])
  })

  it('tells each step in its time', () => {
    const rule = asks(3, step(5), step(10, { decide: false }))
    expect(minutes(story(request, rule, (next) => next))).toEqual([
      '3 reminder',
      '5 step 5',
      '9 reminder',
      '10 step 10',
    ])
  })

  it('catches up once after an outage: one reminder for all that were missed, and every step', () => {
    const late = NIGHT + 12 * MINUTE
    const told = story(request, asks(1, step(5), step(10)), (next) => Math.max(next, late))
    expect(minutes(told)).toEqual(['12 reminder', '12 step 5', '12 step 10'])
  })

  it('tells the next step at once where a card of the newest one cannot be delivered', () => {
    const failed = makeCopy({ destination: 'U0KIM', ts: null, channel: null, failed: 'user_disabled' })
    const due = dueFor(request, asks(undefined, step(5), step(10)), [makeCopy(), failed], NIGHT + 1)
    expect(due.steps.map(({ afterMs }) => afterMs)).toEqual([5 * MINUTE])
    expect(due.early).toEqual(failed)
  })

  it('does so for the newest step only: what failed before it has been made up for', () => {
    const told = { ...request, escalatedMs: 5 * MINUTE }
    const failed = makeCopy({ ts: null, failed: 'user_disabled' })
    const rule = asks(undefined, step(5), step(10))
    expect(dueFor(told, rule, [failed, makeCopy({ stepMs: 5 * MINUTE })], NIGHT + 1).steps).toEqual([])
    const again = makeCopy({ stepMs: 5 * MINUTE, ts: null, failed: 'is_archived' })
    expect(dueFor(told, rule, [failed, again], NIGHT + 1).steps).toHaveLength(1)
  })

  it('tells the first step at once where nobody else could be asked', () => {
    const own = makeCopy({ audience: 'requester' })
    expect(dueFor(request, asks(undefined, step(5)), [own], NIGHT)).toMatchObject({ early: 'nobody' })
  })

  it('leaves alone for two minutes whoever was reminded by the requester', () => {
    const nudged = { ...request, nudges: 1, nudgedAt: NIGHT + 2 * MINUTE }
    expect(dueFor(nudged, asks(3), [makeCopy()], NIGHT + 3 * MINUTE).reminds).toBe(false)
    expect(nextAskAt(nudged, asks(3), NIGHT + 3 * MINUTE)).toBe(NIGHT + 4 * MINUTE)
    expect(dueFor(nudged, asks(3), [makeCopy()], NIGHT + 4 * MINUTE).reminds).toBe(true)
  })

  it('whatever the rule and however late it is looked at: each step once, none too early, few reminders, an end', () => {
    const rules = fc.record({
      remind: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
      steps: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      lapse: fc.integer({ min: 1, max: 60 }),
      late: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 20 }),
    })
    fc.assert(
      fc.property(rules, ({ remind, steps, lapse, late }) => {
        const open = makeRequest({ rule: makeRule({ lapseMs: lapse * MINUTE }) })
        let nth = 0
        let clock = NIGHT
        const told = story(open, asks(remind, ...steps.map((at) => step(at))), (next) => {
          clock = Math.max(clock, next) + (late[nth++ % late.length] ?? 0) * MINUTE
          return clock
        })
        const stepsTold = told.filter(({ what }) => what !== 'reminder')
        const counts = [...new Set(stepsTold.map(({ what }) => what))].map(
          (what) =>
            stepsTold.filter((one) => one.what === what).length - steps.filter((at) => `step ${at}` === what).length,
        )
        expect(counts.every((surplus) => surplus === 0)).toBe(true)
        for (const { at, what } of stepsTold) expect(at).toBeGreaterThanOrEqual(NIGHT + Number(what.slice(5)) * MINUTE)
        for (const { at } of told) expect(at).toBeLessThan(open.lapsesAt)
        const reminders = told.length - stepsTold.length
        expect(reminders).toBeLessThanOrEqual(Math.log2(lapse / (remind ?? lapse) + 1))
      }),
    )
  })
})

describe('where a step is told', () => {
  const looked = new Map([['directors', ['U0DEE']]])

  it('by a message to each of its people, but to nobody twice, and never to the requester', () => {
    const asked = [makeCopy(), makeCopy({ id: 'c2', destination: 'U0KIM' })]
    const members = new Map([['directors', ['U0DEE', 'U0KIM', 'U0ANN']]])
    expect(noticesFor(request, step(5), members, asked)).toEqual([{ destination: 'U0DEE', thread: null }])
  })

  it('in the thread of the card where they are more than ten', () => {
    const many = new Map([['directors', Array.from({ length: 11 }, (_, nth) => `U0DEE${nth}`)]])
    expect(noticesFor(request, step(5), many, [makeCopy()])).toEqual([{ destination: 'C0REQUESTS', thread: '1.1' }])
    expect(noticesFor(request, step(5), many, [makeCopy({ destination: 'U0LEE', channel: 'D0' })])).toHaveLength(11)
  })

  it('in its channels: by itself, or in the thread of a card that stands there', () => {
    const war = step(5, { channels: ['C0WARROOM', 'C0REQUESTS'] })
    expect(noticesFor(request, war, looked, [makeCopy()])).toEqual([
      { destination: 'U0DEE', thread: null },
      { destination: 'C0WARROOM', thread: null },
      { destination: 'C0REQUESTS', thread: '1.1' },
    ])
  })
})

describe('who is reminded', () => {
  const rule = makeRule({ escalate: [step(5), step(10, { decide: false })] })
  const open = makeRequest({ rule })

  it('those who can still decide: not who agreed, nor who was only told, nor where no card stands', () => {
    const approvals = [
      { subject: 'kim@example.com', by: 'U0KIM', name: 'Kim', at: NIGHT, groups: ['leads'], ttlMs: null },
    ]
    const at = (destination: string, stepMs = 0) =>
      makeCopy({ id: destination, destination, channel: destination, stepMs })
    const cards = [
      at('U0LEE'),
      at('U0KIM'),
      at('U0DEE', 5 * MINUTE),
      at('U0SUE', 10 * MINUTE),
      makeCopy({ id: 'x', destination: 'U0BEN', ts: null }),
      makeCopy({ id: 'own', audience: 'requester' }),
    ]
    expect(remindable({ ...open, approvals }, cards).map(({ destination }) => destination)).toEqual(['U0LEE', 'U0DEE'])
  })

  it('once in each thread', () => {
    const cards = [makeCopy(), makeCopy({ id: 'c2', ts: '2.2', thread: '1.1', stepMs: 5 * MINUTE })]
    expect(remindable(open, cards)).toHaveLength(1)
  })
})

describe('how often somebody may be bothered', () => {
  it('a requester may have them reminded once in two minutes, and three times', () => {
    expect(mayNudge(request, NIGHT)).toMatchObject({ ok: true })
    const once = { ...request, nudges: 1, nudgedAt: NIGHT }
    expect(mayNudge(once, NIGHT + 2 * MINUTE - 1)).toMatchObject({
      refusal: { code: 'nudged-just-now', sentence: expect.stringContaining('2026-11-22T03:02:00.000Z') },
    })
    expect(mayNudge(once, NIGHT + 2 * MINUTE)).toMatchObject({ ok: true })
    expect(mayNudge({ ...once, nudges: 3 }, NIGHT + 60 * MINUTE)).toMatchObject({ refusal: { code: 'nudged-enough' } })
  })

  it('what was denied can be asked again after 2 minutes, then 4, 8 … and at most 2 hours; with other words one denial sooner', () => {
    const denials = (count: number) => Array.from({ length: count }, () => ({ at: NIGHT, reasonHash: 'same' }))
    const waitOf = (count: number, words: string) => {
      let wait = 0
      while (!afterDenials(denials(count), words, NIGHT + wait * MINUTE).ok) wait += 1
      return wait
    }
    expect(afterDenials([], 'same', NIGHT).ok).toBe(true)
    expect([1, 2, 3, 20].map((count) => waitOf(count, 'same'))).toEqual([2, 4, 8, 120])
    expect([1, 2, 3, 20].map((count) => waitOf(count, 'other'))).toEqual([0, 2, 4, 120])
    expect(afterDenials(denials(1), 'same', NIGHT)).toMatchObject({
      refusal: { sentence: expect.stringContaining('again from 2026-11-22T03:02:00.000Z') },
    })
  })
})
