import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Entitlement, Policy, Rule } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { explain, type Question } from '../../src/operations/explain.ts'
import { knownPeople, recognise } from '../../src/operations/known-people.ts'
import { submit } from '../../src/operations/submit.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import {
  MINUTE,
  makeEntitlement,
  makeGroup,
  makePerson,
  makePolicy,
  makeRule,
  makeTarget,
  makeUsergroup,
} from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'
import { quickFolder } from '../threats/town.ts'

const worlds = useWorlds()
/** In memory where that can be: hundreds of databases are made here. */
const folder = await quickFolder()
afterAll(() => rm(folder, { recursive: true, force: true }))
let made = 0
const makeWorld = (change: { policy?: Policy } = {}) => worlds({ ...change, path: join(folder, `${made++}.db`) })

const NAMES = ['ann', 'ben', 'lee', 'kim'] as const
const PURPOSES = ['incident', 'deployment', 'security-fix'] as const
const idOf = (name: string) => `U0${name.toUpperCase()}`

const people = fc.subarray([...NAMES], { minLength: 1 })
const groups = fc
  .record({ red: people, blue: people, green: people })
  .map((all) => Object.entries(all).map(([name, members]) => makeGroup(name, members.map(idOf))))

/** Rules of all kinds, over three groups whose members vary. */
const policies: fc.Arbitrary<Policy> = groups.chain((made) => {
  const some = fc.subarray(made, { minLength: 1 })
  const rule = fc
    .record({
      requesters: some,
      approvers: some,
      nobody: fc.boolean(),
      quorum: fc.integer({ min: 1, max: 3 }),
      uses: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
      purposes: fc.subarray([...PURPOSES], { minLength: 1 }),
      hasDefault: fc.boolean(),
      minLength: fc.constantFrom(1, 5, 400),
    })
    .map(({ requesters, approvers, nobody, quorum, uses, purposes, hasDefault, minLength }): Partial<Rule> => {
      const asks = nobody ? ({ approval: 'none', approvers: [], quorum: 0 } as const) : { approvers, quorum }
      const limit = uses === undefined ? undefined : { uses, perMs: 60 * MINUTE }
      const reason = { minLength, hint: undefined, pattern: undefined }
      return { requesters, ...asks, limit, purposes, defaultPurpose: hasDefault ? purposes[0] : undefined, reason }
    })
  return fc.array(rule, { minLength: 1, maxLength: 3 }).map((rules) => policyOf(rules))
})

function policyOf(rules: readonly Partial<Rule>[]): Policy {
  const accounts = { 'ann@example.com': 'ann', 'ben@example.com': 'ben', 'lee@example.com': 'lee' } // Kim has none
  const made = rules.map((rule, index) => makeRule({ name: `rule-${index}`, ...rule }))
  const target = makeTarget({ account: { kind: 'map', map: accounts } })
  return makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: made, target })]]) })
}

const asked = fc.record({
  name: fc.constantFrom(...NAMES),
  purpose: fc.constantFrom(...PURPOSES),
  ttlMs: fc.constantFrom(undefined, MINUTE, 20 * MINUTE, 90 * MINUTE),
  reason: fc.constantFrom('INC-42 replica lag', 'no', 'x'.repeat(450)),
})

const entitlementOf = (policy: Policy) => policy.entitlements.get('orders-read') as Entitlement

const count = async (world: World) => (await world.store.requests({ limit: 100 })).length

function ask(world: World, question: Partial<Question> & { by: string }) {
  const entitlement = entitlementOf(world.deps.policy)
  const usual = { entitlement, purpose: undefined, ttlMs: undefined, reason: undefined }
  return explain(world.deps, { ...usual, ...question })
}

describe('an explanation', () => {
  it('says yes exactly when the bot accepts the request', async () => {
    let [yes, no] = [0, 0]
    await fc.assert(
      fc.asyncProperty(policies, fc.array(asked, { minLength: 1, maxLength: 6 }), async (policy, story) => {
        const world = await makeWorld({ policy })
        for (const { name, purpose, ttlMs, reason } of story) {
          const by = idOf(name)
          const { answer, sentence } = await ask(world, { by, purpose, ttlMs, reason })
          const before = await count(world)
          const said = await world.answerTo((inbox) =>
            submit(world.deps, { by, inbox, entitlement: 'orders-read', purpose, ttlMs, words: reason }),
          )
          const accepted = (await count(world)) > before
          expect(answer).toBe(accepted ? 'yes' : 'no')
          if (!accepted) expect(sentence).toContain(said)
          accepted ? yes++ : no++
        }
      }),
      { numRuns: 30 },
    )
    expect(Math.min(yes, no)).toBeGreaterThan(5)
  })

  it('without a purpose or a reason says yes exactly when some purpose, with a good reason, is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(policies, fc.constantFrom(...NAMES), async (policy, name) => {
        const by = idOf(name)
        const world = await makeWorld({ policy })
        const { answer } = await ask(world, { by })
        const each = await Promise.all(PURPOSES.map((purpose) => ask(world, { by, purpose, reason: 'x'.repeat(450) })))
        expect(answer).toBe(each.some((one) => one.answer === 'yes') ? 'yes' : 'no')
      }),
      { numRuns: 15 },
    )
  })

  it('names for each rule why it fits or does not, how much of its limit is used, and who could approve', async () => {
    const oncall = makeGroup('oncall', ['U0ANN'])
    const leads = makeGroup('leads', ['U0LEE', 'U0ANN'])
    const policy = policyOf([
      { requesters: [leads, makeGroup('nobody', ['U0KIM'])], purposes: ['deployment'], defaultPurpose: 'deployment' },
      { requesters: [oncall], approval: 'none', approvers: [], quorum: 0, limit: { uses: 1, perMs: 60 * MINUTE } },
      { requesters: [oncall], approvers: [leads] },
    ])
    const world = await makeWorld({ policy })
    const first = await ask(world, { by: 'U0ANN', purpose: 'incident' })
    expect(first.sentence).toBe(
      'Yes: ann may ask for orders-read (orders-db as ann, 15m, incident) under rule-1, and gets it at once, without approval.',
    )
    await world.asks('U0ANN', 'incident INC-42 replica lag')
    await world.passes(0)
    const held = await ask(world, { by: 'U0ANN', purpose: 'incident' })
    expect(held).toMatchObject({ answer: 'no', sentence: expect.stringContaining('You have this already: G-') })
    expect(held.grants).toMatchObject([{ state: 'active', entitlement: 'orders-read' }])
    await world.withdraws('U0ANN', await world.newest())
    await world.passes(0)
    const later = await ask(world, { by: 'U0ANN', purpose: 'incident' })
    expect(later.sentence).toContain('under rule-2; 1 of leads must agree, and 1 person could.')
    expect(later.rules).toMatchObject([
      { rule: 'rule-0', fits: false, why: 'it is not for “incident”' },
      {
        rule: 'rule-1',
        fits: false,
        why: expect.stringContaining('its limit'),
        limit: { uses: 1, per: '1h', used: 1 },
      },
      { rule: 'rule-2', fits: true, why: 'he is in oncall', quorum: 1, approvers: ['leads'], others: ['U0LEE'] },
    ])
  })

  it('says of somebody who counts as nobody what the bot would say', async () => {
    const world = await makeWorld()
    world.people.persons.set('U0EVE', refuse('guest', 'Guests of this workspace cannot use break-glass access.'))
    expect(await ask(world, { by: 'U0EVE' })).toMatchObject({
      answer: 'no',
      sentence: 'No. The bot would say: Guests of this workspace cannot use break-glass access.',
    })
  })

  it('changes nothing', async () => {
    const world = await makeWorld()
    await ask(world, { by: 'U0ANN' })
    expect(await world.events()).toEqual([])
    expect(await world.store.requests({ limit: 9 })).toEqual([])
  })
})

describe('without Slack', () => {
  const engineers = makeUsergroup('engineers', 'S0ENG')

  async function offline(world: World, somebody: { id?: string; subject?: string }) {
    const { people: naming } = world.deps.policy
    const known = await recognise({ store: world.store, find: undefined }, naming, {
      id: somebody.id,
      subject: somebody.subject,
    })
    const people = knownPeople(known)
    const usual = { purpose: undefined, ttlMs: undefined, reason: undefined }
    const question = { ...usual, entitlement: entitlementOf(world.deps.policy), by: known.id ?? '' }
    return explain({ ...world.deps, people, missing: people.missing }, question)
  }

  it('a yes that the config alone decides is a yes; what a user group decides is not known', async () => {
    const both = policyOf([{ requesters: [engineers] }, { requesters: [makeGroup('oncall', ['U0ANN'])] }])
    const world = await makeWorld({ policy: both })
    world.people.usergroups.set('S0ENG', accept(['U0BEN']))
    await world.asks('U0ANN')
    await world.withdraws('U0ANN', await world.newest())
    const ann = await offline(world, { subject: 'ann@example.com' })
    expect(ann).toMatchObject({ answer: 'yes', person: { id: 'U0ANN' } })
    expect(ann.missing).toEqual(['who is in engineers (the user group S0ENG)'])
    const ben = await offline(world, { subject: 'ben@example.com' })
    expect(ben.answer).toBe('unknown')
    expect(ben.missing).toContain('the Slack id of ben@example.com')
  })

  it('an id tells nothing about an e-mail address, unless that person asked before', async () => {
    const world = await makeWorld()
    expect(await offline(world, { id: 'U0ANN' })).toMatchObject({
      answer: 'unknown',
      missing: ['the e-mail address of U0ANN'],
    })
    await world.asks('U0ANN')
    expect((await offline(world, { id: 'U0ANN' })).person).toMatchObject({ subject: makePerson('ann').subject })
  })

  it('a no that no group could change is a no', async () => {
    const policy = policyOf([{ requesters: [makeGroup('oncall', ['U0KIM'])], approvers: [engineers] }])
    const world = await makeWorld({
      policy: { ...policy, people: { ...policy.people, subject: { kind: 'slack_id' } } },
    })
    expect(await offline(world, { id: 'U0KIM' })).toMatchObject({
      answer: 'no',
      sentence: expect.stringContaining('knows no account for you'),
    })
  })
})

describe('an explanation of broken glass', () => {
  const glassFor = async (by: string, change: Parameters<typeof makeGlassPolicy>[0] = {}, reason?: string) => {
    const world = await makeWorld({ policy: makeGlassPolicy(change) })
    return { world, glass: (await ask(world, { by, reason })).break_glass }
  }

  it('says yes exactly when the glass can be broken', async () => {
    for (const by of ['U0ANN', 'U0BEN', 'U0LEE']) {
      const { world, glass } = await glassFor(by)
      const answer = await annBreaks(world, { by })
      expect(glass?.fits).toBe(answer.includes('the glass is broken'))
      if (!glass?.fits) expect(glass?.why).toBe(answer)
    }
  })

  it('names the rule, its length and who reviews, and why a reason would not do', async () => {
    const { glass } = await glassFor('U0ANN', {}, 'INC-42')
    expect(glass).toEqual({
      rule: 'oncall-only',
      requesters: ['oncall'],
      fits: false,
      why: 'Say why in at least 20 characters.',
      ttl: { min: '1m', default: '15m', max: '15m' },
      review: { by: ['reviewers'], within: '1d' },
    })
  })

  it('says that a review is overdue', async () => {
    const { world } = await glassFor('U0ANN')
    await annBreaks(world)
    await world.passes(25 * 60 * MINUTE)
    expect((await ask(world, { by: 'U0ANN' })).break_glass).toMatchObject({
      fits: false,
      why: expect.stringContaining('has been due since'),
    })
  })
})
