import { describe, expect, it } from 'vitest'
import { examine, partiesOf, type Town } from '../../src/core/liveness.ts'
import { liveness } from '../../src/core/liveness-news.ts'
import type { Person } from '../../src/core/person.ts'
import type { BreakGlassRule, Group, Policy } from '../../src/core/policy.ts'
import { accept, type Result, refuse } from '../../src/core/result.ts'
import { makeEntitlement, makeGroup, makePerson, makePolicy, makeRule, makeSchedule, NIGHT } from '../support/make.ts'

const ENGINEERS = makeGroup('engineers', ['U0ANN', 'U0BEN', 'U0LEE'])
const LEADS = makeGroup('leads', ['U0LEE', 'U0KIM'])
const SECURITY = makeGroup('security', ['U0SAM', 'U0SUE'])
const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const DIRECTORS = makeGroup('directors', ['U0DEE'])

const EVERYBODY = ['ann', 'ben', 'lee', 'kim', 'sam', 'sue', 'dee']

/** Everybody is well, and a message reaches each of them, but for what a test changes. */
function makeTown(
  change: {
    members?: Town['members']
    known?: Record<string, Result<Person>>
    reached?: Record<string, boolean | undefined>
  } = {},
): Town {
  const ids = EVERYBODY.map((name) => [`U0${name.toUpperCase()}`, accept(makePerson(name))] as const)
  const reached = { ...Object.fromEntries(ids.map(([id]) => [id, true])), ...change.reached }
  return {
    members: change.members ?? new Map(),
    known: new Map([...ids, ...Object.entries(change.known ?? {})]),
    reached: new Map(Object.entries(reached).flatMap(([id, is]) => (is === undefined ? [] : [[id, is] as const]))),
  }
}

function policyWith(rule: Parameters<typeof makeRule>[0], breakGlass?: BreakGlassRule): Policy {
  const made = makeRule({ requesters: [ENGINEERS], approvers: [LEADS], ...rule })
  const entitlements = new Map([['orders-read', makeEntitlement({ rules: [made], breakGlass })]])
  return makePolicy({ entitlements, people: { ...makePolicy().people, security: [SECURITY] } })
}

function glass(change: Partial<BreakGlassRule> = {}): BreakGlassRule {
  const { reason, ttl } = makeRule()
  const review = { by: [DIRECTORS], withinMs: 86_400_000 }
  return { name: 'at-night', requesters: [ENGINEERS], reason, ttl, notify: [], review, alarm: undefined, ...change }
}

/** What is found, as `where: what`. */
function found(policy: Policy, town: Town = makeTown()): string[] {
  return examine(policy, town).found.map(({ where, what }) => `${where}: ${what}`)
}

const gone = refuse('deactivated', 'That Slack account is deactivated.')
const guest = refuse('guest', 'Guests cannot.')
const unanswered = refuse('look-up-failed', 'Slack did not answer.')
const LONELY = 'rules.one-lead.approvers: somebody else must agree, but nobody can for'

describe('enough approvers', () => {
  it('nothing is found where for each requester enough others can agree', () => {
    expect(examine(policyWith({}), makeTown())).toEqual({ found: [], unknown: [] })
  })

  it.each([
    ['deactivated', { known: { U0KIM: gone } }],
    ['a guest', { known: { U0KIM: guest } }],
    [
      'the requester himself, by a second account',
      { known: { U0KIM: accept(makePerson('kim', { subject: 'lee@example.com' })) } },
    ],
  ])('the only other approver is %s: Lee is alone, Ann is not', (_name, change) => {
    expect(found(policyWith({}), makeTown(change))).toEqual([`${LONELY} U0LEE (lee)`])
  })

  it('nor does somebody count whom no direct message reaches, and that is said', () => {
    expect(found(policyWith({}), makeTown({ reached: { U0KIM: false } }))).toEqual([
      `${LONELY} U0LEE (lee); no direct message reaches U0KIM (kim)`,
    ])
  })

  it('a quorum of two needs two besides the requester', () => {
    const [what] = found(policyWith({ quorum: 2 }))
    expect(what).toBe('rules.one-lead.approvers: 2 others must agree, but fewer can for U0LEE (lee)')
  })

  it('one person in two groups takes one place only', () => {
    const both = makeGroup('backup', ['U0KIM'])
    const needs = [
      { from: LEADS, atLeast: 1 },
      { from: both, atLeast: 1 },
    ]
    const policy = policyWith({ approvers: [LEADS, both], needs, quorum: 2 })
    expect(found(policy)).toEqual([
      'rules.one-lead.approvers: 1 of leads and 1 of backup must agree, but fewer can for U0LEE (lee)',
    ])
    expect(found(policy, makeTown({ known: { U0LEE: gone } }))).toContainEqual(
      expect.stringContaining('fewer can for U0ANN (ann), U0BEN (ben)'),
    )
  })

  it('those who come by a later step count if they may decide', () => {
    const step = { afterMs: 60_000, to: [DIRECTORS], channels: [], decide: true }
    const town = makeTown({ known: { U0KIM: gone } })
    expect(found(policyWith({ escalate: [step] }), town)).toEqual([])
    expect(found(policyWith({ escalate: [{ ...step, decide: false }] }), town)).toEqual([`${LONELY} U0LEE (lee)`])
  })

  it('who is on call now counts', () => {
    const policy = policyWith({ approvers: [ONCALL] })
    const onCall = (...ids: string[]) => makeTown({ members: new Map([['oncall', ids]]) })
    expect(found(policy, onCall('U0KIM'))).toEqual([])
    expect(found(policy, onCall('U0ANN'))).toEqual([`${LONELY} U0ANN (ann)`])
    expect(found(policy, onCall()).at(-1)).toMatch(/nobody can get it/)
  })

  it('whoever is alone only because he is on call goes by the schedule: the next one is no news', () => {
    const aboutOf = (policy: Policy, ...ids: string[]) =>
      examine(policy, makeTown({ members: new Map([['oncall', ids]]) })).found[0]?.about
    const approves = policyWith({ approvers: [ONCALL] })
    expect(aboutOf(approves, 'U0ANN')).toEqual(['oncall'])
    expect(aboutOf(approves, 'U0BEN')).toEqual(['oncall'])
    const asks = policyWith({ requesters: [ONCALL], approvers: [makeGroup('only', ['U0KIM'])] })
    expect(aboutOf(asks, 'U0KIM')).toEqual(['oncall'])
    const both = policyWith({ requesters: [ONCALL, ENGINEERS], approvers: [makeGroup('only', ['U0LEE'])] })
    expect(aboutOf(both, 'U0LEE')).toEqual(['U0LEE'])
  })

  it('many are a number', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `U0P${index}`)
    const known = Object.fromEntries(
      ids.map((id) => [id, accept(makePerson('p', { id, subject: `${id}@example.com` }))]),
    )
    const policy = policyWith({ requesters: [makeGroup('many', ids)], quorum: 3 })
    expect(found(policy, makeTown({ known }))[0]).toMatch(/U0P4 \(p\) and 35 more$/)
  })
})

describe('somebody to use it', () => {
  it('a rule and an entitlement of which no requester is active', () => {
    const known = { U0ANN: gone, U0BEN: guest, U0LEE: gone }
    expect(found(policyWith({}), makeTown({ known }))).toEqual([
      'rules.one-lead.requesters: nobody can use it',
      'entitlements.orders-read: nobody can ask for it',
    ])
  })

  it('a break-glass rule that nobody can use', () => {
    const known = { U0DEE: gone }
    const policy = policyWith({}, glass({ requesters: [DIRECTORS], review: { by: [SECURITY], withinMs: 1 } }))
    expect(found(policy, makeTown({ known }))).toEqual(['break_glass.at-night.requesters: nobody can use it'])
  })

  it('a break-glass rule whose user nobody else could review; security always can', () => {
    const policy = policyWith({}, glass({ requesters: [DIRECTORS] }))
    expect(found(policy)).toEqual([])
    const town = makeTown({ known: { U0SAM: gone }, reached: { U0SUE: false } })
    expect(found(policy, town)).toEqual([
      'break_glass.at-night.review.by: nobody else could review what U0DEE (dee) did',
    ])
  })

  it('without approval nobody has to be there to agree', () => {
    expect(
      found(policyWith({ approval: 'none', approvers: [], quorum: 0 }), makeTown({ known: { U0KIM: gone } })),
    ).toEqual([])
  })
})

describe('what could not be looked up is unknown, not a finding', () => {
  it.each([
    ['a person', { known: { U0KIM: unanswered } }, ['rules.one-lead.approvers', 'entitlements.orders-read']],
    [
      'whether a message reaches him',
      { reached: { U0KIM: undefined } },
      ['rules.one-lead.approvers', 'entitlements.orders-read'],
    ],
    [
      'a requester',
      { known: { U0ANN: unanswered } },
      ['rules.one-lead.requesters', 'rules.one-lead.approvers', 'entitlements.orders-read'],
    ],
  ])('%s', (_name, change, unknown) => {
    expect(examine(policyWith({}), makeTown(change))).toEqual({ found: [], unknown })
  })

  it('a group', () => {
    const { found: none, unknown } = examine(policyWith({ approvers: [ONCALL] }), makeTown())
    expect({ none, unknown }).toEqual({ none: [], unknown: ['rules.one-lead.approvers', 'entitlements.orders-read'] })
  })

  it('asks about everybody whom it needs', () => {
    const names = (groups: readonly Group[]) => [...new Set(groups.map(({ name }) => name))]
    const { ask, answer } = partiesOf(policyWith({}, glass()))
    expect({ ask: names(ask), answer: names(answer) }).toEqual({
      ask: ['engineers'],
      answer: ['leads', 'directors', 'security'],
    })
  })
})

describe('what security is told', () => {
  const weak = { where: 'rules.a.approvers', what: 'nobody can for U0LEE (lee)', fix: null, about: ['U0LEE'] }
  const other = { ...weak, where: 'rules.b.approvers' }
  const at = { channel: 'C0SECURITY', now: NIGHT }
  const note = (...all: object[]) => JSON.stringify(all)
  const sentenceOf = (change: ReturnType<typeof liveness>) => {
    const [say] = change.effects ?? []
    return say?.kind === 'say' ? say.sentence : undefined
  }

  it('nothing, the first time that all is well', () => {
    expect(liveness(undefined, { found: [], unknown: [] }, at)).toEqual({ notes: [{ key: 'liveness', value: '[]' }] })
  })

  it('what is found, once; not again because somebody is called otherwise', () => {
    const change = liveness(note(), { found: [weak], unknown: [] }, at)
    expect(sentenceOf(change)).toMatch(
      /could not be approved tonight.*\n• rules\.a\.approvers: nobody can for U0LEE \(lee\)\./,
    )
    expect(
      liveness(note(weak), { found: [{ ...weak, what: 'nobody can for U0LEE (Lee Night)' }], unknown: [] }, at),
    ).toEqual({})
  })

  it('that it changed, and that all is well again', () => {
    expect(sentenceOf(liveness(note(weak), { found: [weak, other], unknown: [] }, at))).toContain('rules.b')
    expect(sentenceOf(liveness(note(weak), { found: [{ ...weak, about: ['U0ANN'] }], unknown: [] }, at))).toBeDefined()
    expect(sentenceOf(liveness(note(weak), { found: [], unknown: [] }, at))).toMatch(/^All well again/)
  })

  it('what is unknown now stays as it was found', () => {
    expect(liveness(note(weak), { found: [], unknown: [weak.where] }, at)).toEqual({})
    const change = liveness(note(weak), { found: [other], unknown: [weak.where] }, at)
    expect(sentenceOf(change)).toMatch(/rules\.b[\s\S]*rules\.a/)
  })

  it('nothing is called well again while something else is unknown; it is when that is known', () => {
    expect(liveness(note(weak), { found: [], unknown: [other.where] }, at)).toEqual({})
    expect(sentenceOf(liveness(note(weak), { found: [], unknown: [] }, at))).toMatch(/^All well again/)
  })

  it('however much it is, in one message that Slack takes', () => {
    const all = Array.from({ length: 300 }, (_, index) => ({
      ...weak,
      where: `rules.r${index}`,
      what: 'x'.repeat(3_000),
    }))
    const sentence = sentenceOf(liveness(undefined, { found: all, unknown: [] }, at)) ?? ''
    expect(sentence.length).toBeLessThan(3_900)
    expect(sentence).toContain('292 more')
  })
})
