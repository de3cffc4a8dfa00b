import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Places, placesLeft, type Seat } from '../../src/core/places.ts'
import { assess, couldBeMet, mustAgree, ttlAgreed } from '../../src/core/quorum.ts'
import type { Approval, PendingRequest } from '../../src/core/request.ts'
import { draftRequest } from '../../src/core/submission.ts'
import {
  MINUTE,
  makeEntitlement,
  makeGroup,
  makePerson,
  makeRequest,
  makeRule,
  NIGHT,
  sha256,
} from '../support/make.ts'

const GROUPS = ['leads', 'security', 'directors'] as const
const leads = makeGroup('leads', ['U0LEE', 'U0KIM'])
const security = makeGroup('security', ['U0SAM', 'U0KIM'])

const part = fc.record({ from: fc.constantFrom(...GROUPS), atLeast: fc.integer({ min: 1, max: 3 }) })
const parts = fc.uniqueArray(part, { selector: ({ from }) => from, minLength: 1, maxLength: 3 })
const seat: fc.Arbitrary<Seat> = fc.oneof(
  { weight: 6, arbitrary: fc.subarray([...GROUPS]) },
  { weight: 1, arbitrary: fc.constant('anywhere' as const) },
)

/** Tries every way of sitting down; slow and plainly right. */
function fewestLeft(places: readonly string[], people: readonly Seat[]): number {
  const [person, ...others] = people
  if (person === undefined) return places.length
  const stays = fewestLeft(places, others)
  const sits = places.flatMap((place, index) =>
    person === 'anywhere' || person.includes(place)
      ? [fewestLeft([...places.slice(0, index), ...places.slice(index + 1)], others)]
      : [],
  )
  return Math.min(stays, ...sits)
}

const placesIn = (needs: readonly Places[]) => needs.flatMap(({ from, atLeast }) => Array<string>(atLeast).fill(from))

describe('the places of a quorum', () => {
  it('are all taken if there is any way to take them, and never otherwise: as by trying every way', () => {
    fc.assert(
      fc.property(parts, fc.array(seat, { maxLength: 5 }), (needs, people) => {
        expect(placesLeft(needs, people).count).toBe(fewestLeft(placesIn(needs), people))
      }),
      { numRuns: 2_000 },
    )
  })

  it('wait for exactly those groups of which one more person would help', () => {
    fc.assert(
      fc.property(parts, fc.array(seat, { maxLength: 4 }), (needs, people) => {
        const left = placesLeft(needs, people)
        for (const { from } of needs) {
          const after = fewestLeft(placesIn(needs), [...people, [from]])
          expect(left.from.includes(from)).toBe(after < left.count)
        }
      }),
    )
  })
})

/** A request that needs these parts; `directors` may decide later, and stand for any. */
function requestWith(needs: readonly Places[], quorum: number): PendingRequest {
  const request = makeRequest()
  const step = (names: readonly string[], afterMs: number) => ({
    afterMs,
    groups: names.map((name) => ({ name, members: [], usergroup: null })),
  })
  const approvers = [
    step(
      needs.map(({ from }) => from),
      0,
    ),
    step(['directors'], MINUTE),
  ]
  return { ...request, terms: { ...request.terms, needs, quorum, approvers } }
}

function voice(name: string, groups: readonly string[], change: Partial<Approval> = {}): Approval {
  const { id: by, subject } = makePerson(name)
  return { subject, by, name, at: NIGHT, groups, ttlMs: null, ...change }
}

const LEAD_AND_SECURITY = [
  { from: 'leads', atLeast: 1 },
  { from: 'security', atLeast: 1 },
]

describe('a quorum of several groups', () => {
  const both = requestWith(LEAD_AND_SECURITY, 2)
  const agreed = (...approvals: Approval[]) => assess({ ...both, approvals })

  it('is not met by one person in both groups, however often he stands there', () => {
    const kim = voice('kim', ['leads', 'security'])
    expect(agreed(kim, kim)).toMatchObject({ met: false, voices: 1 })
    expect(agreed(kim, { ...kim, subject: 'other@example.com' })).toMatchObject({ met: false, voices: 1 })
    expect(agreed(kim, { ...kim, by: 'U0OTHER' })).toMatchObject({ met: false, voices: 1 })
  })

  it('is not met by two people of one group', () => {
    expect(agreed(voice('lee', ['leads']), voice('kim', ['leads']))).toMatchObject({
      met: false,
      missing: ['security'],
      why: '2 of 2 approvals under one-lead, waiting for security',
    })
  })

  it('finds the place of whoever could take two, whoever came first', () => {
    const kim = voice('kim', ['leads', 'security'])
    for (const other of [voice('lee', ['leads']), voice('sam', ['security'])]) {
      expect(agreed(kim, other).met).toBe(true)
      expect(agreed(other, kim).met).toBe(true)
    }
  })

  it('waits for one or the other where either would do, and for both where nobody has come', () => {
    expect(agreed(voice('kim', ['leads', 'security'])).why).toContain('waiting for leads or security')
    expect(agreed().why).toContain('waiting for leads and security')
  })

  it('lets whoever came by an escalation take any place, but one place only', () => {
    const dee = voice('dee', ['directors'])
    expect(agreed(dee).met).toBe(false)
    expect(agreed(dee, voice('lee', ['leads'])).met).toBe(true)
    expect(agreed(dee, voice('sam', ['security'])).met).toBe(true)
  })

  it('gives no place to an approval that names no group', () => {
    expect(agreed(voice('lee', ['leads']), voice('sam', [], { groups: null })).met).toBe(false)
  })

  it('still needs as many people as the rule says where that is more than its parts', () => {
    const three = requestWith(LEAD_AND_SECURITY, 3)
    const two = [voice('lee', ['leads']), voice('sam', ['security'])]
    expect(assess({ ...three, approvals: two })).toMatchObject({ met: false, missing: [] })
    expect(assess({ ...three, approvals: [...two, voice('kim', ['leads'])] }).met).toBe(true)
  })

  it('never counts the requester, under either of his names', () => {
    const ann = voice('ann', ['leads'])
    for (const self of [ann, { ...ann, subject: 'x@example.com' }, { ...ann, by: 'U0OTHER' }]) {
      expect(agreed(self, voice('sam', ['security']))).toMatchObject({ met: false, voices: 1 })
    }
  })

  it('is never met by fewer than k different people, or without k places taken', () => {
    const someone = fc.record({
      name: fc.constantFrom('lee', 'kim', 'sam', 'dee', 'ann'),
      account: fc.constantFrom('', 'TWO'),
      groups: fc.subarray([...GROUPS]),
    })
    const quorum = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(parts, quorum, fc.array(someone, { maxLength: 8 }), (needs, least, voices) => {
        const approvals = voices.map(({ name, account, groups }) =>
          voice(name, groups, { by: `U0${name.toUpperCase()}${account}` }),
        )
        const asked = placesIn(needs).length
        const { met } = assess({ ...requestWith(needs, Math.max(least, asked)), approvals })
        const people = new Set(voices.map(({ name }) => name).filter((name) => name !== 'ann'))
        if (people.size < Math.max(least, asked)) expect(met).toBe(false)
      }),
    )
  })
})

describe('whether a quorum could be met', () => {
  const rule = makeRule({
    approvers: [leads, security],
    quorum: 2,
    needs: [
      { from: leads, atLeast: 1 },
      { from: security, atLeast: 1 },
    ],
  })
  const opened = (by: string, change: Partial<typeof rule> = {}) =>
    draftRequest(
      {
        id: 'R-7KQ2M4',
        person: makePerson(by),
        wanted: {
          entitlement: makeEntitlement(),
          ttlMs: MINUTE,
          reason: 'x',
          choice: { rule: { ...rule, ...change }, purpose: 'incident', reason: 'x', passedOver: [] },
        },
        extends: null,
        membership: {},
        hash: sha256,
      },
      NIGHT,
    )

  it('opens what others can agree to, one for each part', () => {
    expect(opened('ann')).toMatchObject({ ok: true, value: { terms: { needs: LEAD_AND_SECURITY } } })
    expect(opened('lee')).toMatchObject({ ok: true }) // Kim for the leads, Sam for security
    expect(opened('kim')).toMatchObject({ ok: true }) // Lee, and Sam
  })

  it('refuses what only one person who is in both groups could agree to', () => {
    const alone = [makeGroup('leads', ['U0KIM', 'U0ANN']), makeGroup('security', ['U0KIM'])]
    const needs = alone.map((from) => ({ from, atLeast: 1 }))
    const refused = opened('ann', { approvers: alone, needs })
    expect(refused).toMatchObject({
      refusal: { code: 'no-approver', sentence: expect.stringContaining('1 of leads and 1 of security must') },
    })
  })

  it('refuses two of a group whose other half is the requester', () => {
    expect(opened('lee', { needs: [{ from: leads, atLeast: 2 }], approvers: [leads] })).toMatchObject({ ok: false })
    expect(opened('ann', { needs: [{ from: leads, atLeast: 2 }], approvers: [leads] })).toMatchObject({ ok: true })
  })

  it('counts those who come by an escalation for any part', () => {
    const nobody = [makeGroup('leads', ['U0LEE']), makeGroup('security', ['U0ANN'])]
    const needs = nobody.map((from) => ({ from, atLeast: 1 }))
    const step = { afterMs: MINUTE, to: [makeGroup('directors', ['U0DEE'])], channels: [], decide: true }
    expect(opened('ann', { approvers: nobody, needs })).toMatchObject({ ok: false })
    expect(opened('ann', { approvers: nobody, needs, escalate: [step] })).toMatchObject({ ok: true })
    expect(opened('ann', { approvers: nobody, needs, escalate: [{ ...step, decide: false }] })).toMatchObject({
      ok: false,
    })
  })

  it('agrees with what is counted when all of them have agreed', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.subarray([...GROUPS]), { maxLength: 6 }), (needs, people) => {
        const request = requestWith(needs, placesIn(needs).length)
        const approvals = people.map((groups, index) => voice(`p${index}`, groups))
        expect(couldBeMet(request.terms, people)).toBe(assess({ ...request, approvals }).met)
      }),
    )
  })

  it('is said in words', () => {
    expect(mustAgree({ needs: LEAD_AND_SECURITY, quorum: 2 })).toBe('1 of leads and 1 of security')
    expect(mustAgree({ needs: LEAD_AND_SECURITY, quorum: 3 })).toBe('1 of leads and 1 of security, 3 people in all,')
  })
})

describe('the time that is agreed to', () => {
  it('is the shortest that anybody named, and never longer than what was asked', () => {
    const times = fc.array(fc.option(fc.integer({ min: 1, max: 60 * MINUTE })), { maxLength: 5 })
    fc.assert(
      fc.property(times, (named) => {
        const request = makeRequest()
        const approvals = named.map((ttlMs, index) => voice(`p${index}`, ['leads'], { ttlMs }))
        const asked = request.terms.ttlMs
        expect(ttlAgreed({ ...request, approvals })).toBe(Math.min(asked, ...named.map((ttlMs) => ttlMs ?? asked)))
      }),
    )
  })
})
