import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/core/canonical-json.ts'
import {
  addApproval,
  approveRequest,
  cancelRequest,
  denyRequest,
  lapseRequest,
  stillPending,
} from '../../src/core/deciding.ts'
import { matchPress, type Pressed } from '../../src/core/press.ts'
import { assess } from '../../src/core/quorum.ts'
import type { PendingRequest } from '../../src/core/request.ts'
import { draftRequest, mayOpen } from '../../src/core/submission.ts'
import {
  MINUTE,
  makeActive,
  makeCopy,
  makeEntitlement,
  makeHolding,
  makePerson,
  makeRequest,
  makeRule,
  NIGHT,
  sha256,
} from '../support/make.ts'

const YES = { groups: ['leads'], ttlMs: undefined }

describe('opening', () => {
  const limits = { open: 5, perHour: 20 }
  const history = { pending: undefined, live: undefined, open: 0, lastHour: 0 }

  it('is refused while the same is asked for, or held', () => {
    expect(mayOpen({ ...history, pending: makeRequest() }, limits, null)).toMatchObject({
      refusal: { code: 'already-asked' },
    })
    expect(mayOpen({ ...history, live: makeActive() }, limits, null)).toMatchObject({
      refusal: { code: 'already-held' },
    })
  })

  it('is refused at the limits of a person', () => {
    expect(mayOpen({ ...history, open: 4, lastHour: 19 }, limits, null)).toMatchObject({ ok: true })
    expect(mayOpen({ ...history, open: 5 }, limits, null)).toMatchObject({ refusal: { code: 'too-many-open' } })
    expect(mayOpen({ ...history, lastHour: 20 }, limits, null)).toMatchObject({ refusal: { code: 'too-many' } })
  })

  it('is refused when too few others could approve it', () => {
    const opening = (quorum: number, person = makePerson('ann')) =>
      draftRequest(
        {
          id: 'R-7KQ2M4',
          person,
          wanted: {
            entitlement: makeEntitlement(),
            ttlMs: MINUTE,
            reason: 'x',
            choice: { rule: makeRule({ quorum }), purpose: 'incident', reason: 'x', passedOver: [] },
          },
          extends: null,
          membership: {},
          hash: sha256,
        },
        NIGHT,
      )
    expect(opening(2)).toMatchObject({ ok: true })
    expect(opening(3)).toMatchObject({ refusal: { code: 'no-approver' } })
    expect(opening(2, makePerson('lee'))).toMatchObject({ refusal: { code: 'no-approver' } })
  })

  it('gives a digest that changes with every term', () => {
    const request = makeRequest()
    for (const key of Object.keys(request.terms)) {
      expect(sha256(canonicalJson({ ...request.terms, [key]: 'other' }))).not.toBe(request.digest)
    }
    expect(sha256(canonicalJson(request.terms))).toBe(request.digest)
  })
})

describe('the quorum', () => {
  const approve = (request: PendingRequest, person: ReturnType<typeof makePerson>) => {
    const voted = addApproval(request, person, YES, NIGHT)
    return voted.ok ? voted.value : request
  }

  it('is met by that many different people, and never by fewer', () => {
    const voice = fc.record({ subject: fc.constantFrom('a', 'b', 'c', 'd', 'ann'), account: fc.nat(3) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(voice, { maxLength: 12 }), (quorum, voices) => {
        const start = makeRequest()
        const request = voices.reduce(
          (all, { subject, account }) =>
            approve(all, makePerson(`${subject}${account}`, { subject: `${subject}@example.com` })),
          { ...start, terms: { ...start.terms, quorum } },
        )
        const others = new Set(voices.map(({ subject }) => subject))
        others.delete('ann')
        expect(assess(request).met).toBe(others.size >= quorum)
      }),
    )
  })

  it('counts one person once, and says so', () => {
    const once = approve(makeRequest(), makePerson('lee'))
    expect(addApproval(once, makePerson('kim', { subject: 'lee@example.com' }), YES, NIGHT)).toMatchObject({
      refusal: { code: 'approved-by-you' },
    })
  })

  it('creates the grant in the same change, with its end written down', () => {
    const change = approveRequest(makeRequest(), { holding: makeHolding(), guards: [] }, 'U0LEE', NIGHT)
    expect(change.requests).toMatchObject([{ state: 'approved' }])
    expect(change.grants).toMatchObject([
      { id: 'G-7KQ2M4', state: 'granting', expiresAt: NIGHT + 15 * MINUTE, grantBy: NIGHT + MINUTE },
    ])
    expect(change.events?.map(({ name }) => name)).toEqual([
      'request.approval-recorded',
      'request.approved',
      'grant.begun',
    ])
  })

  it('never gives more time for granting than the access lasts', () => {
    const change = approveRequest(
      makeRequest({ ttlMs: 20_000 }),
      { holding: makeHolding(), guards: [] },
      'U0LEE',
      NIGHT,
    )
    expect(change.grants).toMatchObject([{ grantBy: NIGHT + 20_000, expiresAt: NIGHT + 20_000 }])
  })
})

describe('a request', () => {
  it('can be decided until it lapses, and not at that instant', () => {
    const request = makeRequest()
    expect(stillPending(request, request.lapsesAt - 1)).toMatchObject({ ok: true })
    expect(stillPending(request, request.lapsesAt)).toMatchObject({ refusal: { code: 'lapsed' } })
    expect(lapseRequest(request, 'too-late', request.lapsesAt - 1)).toEqual({})
    expect(lapseRequest(request, 'too-late', request.lapsesAt).requests).toMatchObject([{ state: 'lapsed' }])
  })

  it('that is decided stays so', () => {
    const request = makeRequest()
    const changes = [
      denyRequest(request, makePerson('lee'), { note: 'no', looksWrong: false }, NIGHT),
      cancelRequest(request, NIGHT),
      lapseRequest(request, 'terms-changed', NIGHT),
      approveRequest(request, { holding: makeHolding(), guards: [] }, 'U0LEE', NIGHT),
    ]
    for (const [decided] of changes.map((change) => change.requests ?? [])) {
      expect(decided && stillPending(decided, NIGHT).ok).toBe(false)
      expect(decided && lapseRequest(decided, 'too-late', NIGHT + 60 * MINUTE)).toEqual({})
    }
  })
})

describe('a press', () => {
  const request = makeRequest()
  const valid: Pressed = { copy: 'c1', digest: request.digest, channel: 'C0REQUESTS', ts: '1.1' }

  it('counts on the recorded message with the digest that was shown', () => {
    expect(matchPress(valid, makeCopy(), request, 'approvers')).toMatchObject({ ok: true, value: { recorded: true } })
  })

  it('records its message where none is recorded yet, but only in the channel it was meant for', () => {
    const unrecorded = makeCopy({ channel: null, ts: null })
    expect(matchPress(valid, unrecorded, request, 'approvers')).toMatchObject({
      ok: true,
      value: { recorded: false, copy: { ts: '1.1' } },
    })
    expect(matchPress({ ...valid, channel: 'C0OTHER' }, unrecorded, request, 'approvers')).toMatchObject({ ok: false })
  })

  it('does not count with any field changed: 10,000 mutations', () => {
    const field = fc.constantFrom('copy', 'digest', 'channel', 'ts') as fc.Arbitrary<Exclude<keyof Pressed, 'home'>>
    const mutation = fc.record({
      field,
      text: fc.string({ minLength: 1, maxLength: 5 }),
      at: fc.nat(60),
      cut: fc.nat(3),
    })
    fc.assert(
      fc.property(mutation, ({ field, text, at, cut }) => {
        const plain = valid[field]
        const mutated = plain.slice(0, at % (plain.length + 1)) + text + plain.slice((at % (plain.length + 1)) + cut)
        fc.pre(mutated !== plain)
        const copy = field === 'copy' ? undefined : makeCopy() // the store finds no copy under another id
        expect(matchPress({ ...valid, [field]: mutated }, copy, request, 'approvers').ok).toBe(false)
      }),
      { numRuns: 10_000 },
    )
  })

  it('does not count on a copy of another request or for others', () => {
    expect(matchPress(valid, makeCopy({ request: 'R-000000' }), request, 'approvers')).toMatchObject({ ok: false })
    expect(matchPress(valid, makeCopy({ audience: 'requester' }), request, 'approvers')).toMatchObject({ ok: false })
  })
})
