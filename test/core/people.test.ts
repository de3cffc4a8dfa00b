import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mayDecide } from '../../src/core/authority.ts'
import { identify, type Profile } from '../../src/core/person.ts'
import { accountOf } from '../../src/core/policy.ts'
import {
  LEADS,
  MINUTE,
  makeGroup,
  makePerson,
  makeProfile,
  makeRequest,
  makeRule,
  makeUsergroup,
  NIGHT,
} from '../support/make.ts'

const BY_EMAIL = { kind: 'email', domains: ['example.com'] } as const

describe('who counts as a person', () => {
  const nobodies: [string, Partial<Profile>, string][] = [
    ['a deactivated account', { deactivated: true }, 'deactivated'],
    ['a bot', { bot: true }, 'bot'],
    ['a guest', { guest: true }, 'guest'],
    ['a stranger', { stranger: true }, 'other-workspace'],
    ['a member of another workspace', { home: false }, 'other-workspace'],
    ['somebody invited only', { invitedOnly: true }, 'invited-only'],
    ['somebody without an e-mail', { email: undefined }, 'no-email'],
    ['somebody with an unconfirmed e-mail', { emailConfirmed: false }, 'email-unconfirmed'],
    ['somebody whose e-mail has nothing before the @', { email: '@example.com' }, 'email-odd'],
    ['somebody whose e-mail has two @', { email: 'a@b@example.com' }, 'email-odd'],
    ['somebody whose e-mail hides a character', { email: 'a\u202enn@example.com' }, 'email-odd'],
    ['somebody whose e-mail has a space', { email: 'a nn@example.com' }, 'email-odd'],
    ['somebody from another domain', { email: 'ann@example.com.evil.example' }, 'email-domain'],
  ]
  it.each(nobodies)('not %s', (_who, change, code) => {
    expect(identify(makeProfile(change), BY_EMAIL, 'now')).toMatchObject({ ok: false, refusal: { code } })
  })

  it('a full member, by his e-mail in lower case', () => {
    const person = identify(makeProfile({ email: 'Ann@Example.com' }), BY_EMAIL, 'now')
    expect(person).toMatchObject({ ok: true, value: { id: 'U0ANN', subject: 'ann@example.com' } })
  })

  it('only those whom a map names, and no key that every object has', () => {
    const naming = { kind: 'map', map: { U0ANN: 'ann' } } as const
    expect(identify(makeProfile(), naming, 'now')).toMatchObject({ ok: true, value: { subject: 'ann' } })
    expect(identify(makeProfile({ id: 'constructor' }), naming, 'now')).toMatchObject({ ok: false })
    expect(accountOf('constructor', { kind: 'map', map: {} })).toBeUndefined()
  })
})

describe('who may decide', () => {
  const oncall = makeUsergroup('oncall', 'S0ONCALL')
  const byGroup = (atOpening: string[]) =>
    makeRequest({ rule: makeRule({ approvers: [oncall] }), membership: { oncall: atOpening } })
  const decide = (request: ReturnType<typeof makeRequest>, name: string, current: string[] = [], now = NIGHT) =>
    mayDecide(request, makePerson(name), new Map([['oncall', current]]), now)

  it('a member of a static group', () => expect(decide(makeRequest(), 'lee')).toMatchObject({ ok: true }))

  it('not somebody outside', () =>
    expect(decide(makeRequest(), 'ben')).toMatchObject({ ok: false, refusal: { code: 'not-an-approver' } }))

  it('not the requester, even one who is an approver', () => {
    const request = makeRequest({ person: makePerson('lee') })
    expect(decide(request, 'lee')).toMatchObject({ ok: false, refusal: { code: 'self-approval' } })
  })

  it('not the requester’s second account with the same subject', () => {
    const second = makePerson('kim', { subject: 'ann@example.com' })
    expect(mayDecide(makeRequest(), second, new Map(), NIGHT)).toMatchObject({ refusal: { code: 'self-approval' } })
  })

  it('of a Slack user group only who was in it at the opening and still is', () => {
    expect(decide(byGroup(['U0LEE', 'U0KIM']), 'lee', ['U0LEE'])).toMatchObject({ ok: true })
    expect(decide(byGroup(['U0KIM', 'U0SUE']), 'lee', ['U0LEE'])).toMatchObject({ refusal: { code: 'joined-later' } })
    expect(decide(byGroup(['U0LEE', 'U0KIM']), 'lee', [])).toMatchObject({ refusal: { code: 'not-an-approver' } })
  })

  it('of an escalation step only once its time has come', () => {
    const directors = makeGroup('directors', ['U0DEE'])
    const rule = makeRule({
      approvers: [LEADS],
      escalate: [{ afterMs: 5 * MINUTE, to: [directors], channels: [], decide: true }],
    })
    expect(decide(makeRequest({ rule }), 'dee', [], NIGHT + 5 * MINUTE - 1)).toMatchObject({ ok: false })
    expect(decide(makeRequest({ rule }), 'dee', [], NIGHT + 5 * MINUTE)).toMatchObject({ ok: true })
  })

  it('never whoever shares the requester’s subject, whatever the groups say', () => {
    fc.assert(
      fc.property(
        fc.subarray(['U0ANN', 'U0LEE', 'U0KIM', 'U0BEN']),
        fc.constantFrom('U0ANN', 'U0LEE', 'U0KIM'),
        (members, id) => {
          const request = makeRequest({ rule: makeRule({ approvers: [makeGroup('all', ['U0SUE', ...members])] }) })
          expect(mayDecide(request, { id, subject: request.terms.subject }, new Map(), NIGHT).ok).toBe(false)
        },
      ),
    )
  })
})
