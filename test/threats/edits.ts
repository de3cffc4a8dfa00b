import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import type { Entitlement, Policy, Rule } from '../../src/core/policy.ts'
import type { Request } from '../../src/core/request.ts'
import { approve } from '../../src/operations/approve.ts'
import { lapseChanged } from '../../src/operations/start-up.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule, makeTarget } from '../support/make.ts'
import { makeWorld, type World } from '../support/world.ts'
import { quickFolder } from './town.ts'

/** What stands in the config about one thing that can be asked for. */
interface Entry {
  readonly entitlement: Entitlement
  readonly rule: Rule
}

type Change = (entry: Entry) => Entry
const ruled =
  (change: (rule: Rule) => Partial<Rule>): Change =>
  ({ entitlement, rule }) => ({ entitlement, rule: { ...rule, ...change(rule) } })
const given =
  (change: (entitlement: Entitlement) => Partial<Entitlement>): Change =>
  ({ entitlement, rule }) => ({ entitlement: { ...entitlement, ...change(entitlement) }, rule })

const step = (decide: boolean) => ({ afterMs: MINUTE, to: [makeGroup('directors', ['U0DEE'])], channels: [], decide })

/** Edits after which a yes would mean something else than the card shows. */
const TELLING: Readonly<Record<string, Change>> = {
  'another access': given(() => ({ access: { role: 'superuser' } })),
  'more access': given(({ access }) => ({ access: { ...(access as object), inherit: true } })),
  'another target': given(({ target }) => ({ target: { ...target, name: 'payroll-db' } })),
  'another account': given(({ target }) => ({
    target: { ...target, account: { kind: 'map', map: { 'ann@example.com': 'root' } } },
  })),
  'no account': given(({ target }) => ({ target: { ...target, account: { kind: 'map', map: {} } } })),
  'another id': given(({ id }) => ({ id: `${id}-more` })),
  'another quorum': ruled(() => ({ quorum: 2 })),
  'one approver more': ruled(({ approvers }) => ({
    approvers: approvers.map(({ name }) => makeGroup(name, ['U0LEE', 'U0KIM', 'U0EVE'])),
  })),
  'one approver less': ruled(({ approvers }) => ({
    approvers: approvers.map(({ name }) => makeGroup(name, ['U0LEE'])),
  })),
  'one group more': ruled(({ approvers }) => ({ approvers: [...approvers, makeGroup('others', ['U0EVE'])] })),
  'a user group': ruled(({ approvers }) => ({
    approvers: approvers.map(({ name }) => ({ name, source: { kind: 'usergroup', id: 'S0LEADS' } as const })),
  })),
  'another name of the group': ruled(({ approvers }) => ({
    approvers: approvers.map(({ name, source }) => ({ name: `${name}-x`, source })),
  })),
  'another rule': ruled(({ name }) => ({ name: `${name}-x` })),
  'nobody approves': ruled(() => ({ approval: 'none', approvers: [], quorum: 0 })),
  'somebody decides later': ruled(({ escalate }) => ({ escalate: [...escalate, step(true)] })),
  'less time': ruled(({ ttl }) => ({ ttl: { ...ttl, defaultMs: 5 * MINUTE, maxMs: 14 * MINUTE } })),
  'more time at least': ruled(({ ttl }) => ({ ttl: { ...ttl, minMs: 16 * MINUTE, defaultMs: 20 * MINUTE } })),
  'another purpose': ruled(() => ({ purposes: ['deployment'], defaultPurpose: undefined })),
  'a longer reason': ruled(({ reason }) => ({ reason: { ...reason, minLength: 400 } })),
  'another pattern': ruled(({ reason }) => ({
    reason: { ...reason, pattern: { source: 'CHG', found: (text) => text.includes('CHG') } },
  })),
}

/** Edits that a yes does not agree to. */
const SILENT: Readonly<Record<string, Change>> = {
  'another title': given(() => ({ title: 'Something else' })),
  'another deadline': given(({ target }) => ({ target: { ...target, timeoutMs: 1_000, quietMs: 0, concurrency: 1 } })),
  'a notice': given(({ target }) => ({ target: { ...target, notice: 'Mind the gap.' } })),
  'a longer wait': ruled(() => ({ lapseMs: 60 * MINUTE })),
  'more time': ruled(({ ttl }) => ({ ttl: { ...ttl, maxMs: 99 * MINUTE } })),
  'another usual time': ruled(({ ttl }) => ({ ttl: { ...ttl, defaultMs: 15 * MINUTE - 1 } })),
  'one purpose more': ruled(({ purposes }) => ({ purposes: [...purposes, 'audit'] })),
  'another usual purpose': ruled(() => ({ defaultPurpose: 'deployment' })),
  'a hint': ruled(({ reason }) => ({ reason: { ...reason, hint: 'Name the incident' } })),
  'a limit': ruled(() => ({ limit: { uses: 9, perMs: MINUTE } })),
  'a channel': ruled(() => ({ channel: 'C0OTHER' })),
  'somebody told later': ruled(({ escalate }) => ({ escalate: [...escalate, step(false)] })),
  'more who may ask': ruled(({ requesters }) => ({ requesters: [makeGroup('others', ['U0DEE']), ...requesters] })),
}

/** Takes the right to ask from the requester: nothing is given, and the request waits. */
const UNFIT: Readonly<Record<string, Change>> = {
  'others may ask': ruled(() => ({ requesters: [makeGroup('others', ['U0DEE'])] })),
}

const EDITS = { ...TELLING, ...SILENT, ...UNFIT }
const someOf = (edits: object, maxLength: number) => fc.subarray(Object.keys(edits), { maxLength })

/** What is edited before each start of the bot; each time beginning with the first config. */
const edits = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: someOf(SILENT, 5) },
    { weight: 1, arbitrary: fc.tuple(someOf(SILENT, 3), someOf(UNFIT, 1)).map((both) => both.flat()) },
    { weight: 2, arbitrary: fc.tuple(someOf(SILENT, 3), someOf(TELLING, 3)).map((both) => both.flat()) },
  ),
  { minLength: 1, maxLength: 3 },
)
type Story = readonly (readonly string[])[]

const ID = 'orders'

function policyOf(stories: readonly Story[], start: number | undefined): Policy {
  const entries = stories.map((story, index) => {
    const rule = makeRule({ name: `rule-${index}`, approvers: [makeGroup(`leads-${index}`, ['U0LEE', 'U0KIM'])] })
    const access = { role: `r${index}` }
    const entitlement = makeEntitlement({ id: `${ID}-${index}`, access, target: makeTarget() })
    const names = start === undefined ? [] : (story[start] ?? [])
    const edited = names.reduce<Entry>((entry, name) => EDITS[name]?.(entry) ?? entry, { entitlement, rule })
    return { ...edited.entitlement, rules: [edited.rule] }
  })
  const policy = makePolicy({ entitlements: new Map(entries.map((entry) => [entry.id, entry])) })
  return { ...policy, people: { ...policy.people, limits: { open: 1_000, perHour: 1_000 } } }
}

/** What should have become of a request after the last of these starts. */
function expected(story: Story): Request['state'] {
  for (const names of story) {
    if (names.some((name) => name in TELLING)) return 'lapsed'
    if (!names.some((name) => name in UNFIT)) return 'approved'
  }
  return 'pending'
}

async function restarted(world: World, policy: Policy): Promise<World> {
  await world.bury()
  const next = await makeWorld({ policy, path: world.path, target: world.target, now: world.time.now })
  await lapseChanged(next.deps)
  return next
}

/** Asks for everything, edits, starts again, and lets the same people press the first cards, as often as there are starts. */
async function played(stories: readonly Story[], path: string): Promise<World> {
  let world = await makeWorld({ policy: policyOf(stories, undefined), path })
  const shown: { readonly id: RequestId; readonly presses: readonly Omit<Parameters<typeof approve>[1], 'inbox'>[] }[] =
    []
  for (const index of stories.keys()) {
    const answer = await world.asks('U0ANN', 'INC-42 replica lag', 15 * MINUTE, `${ID}-${index}`)
    const id = (/R-\w{6}/.exec(answer)?.[0] ?? '') as RequestId
    shown.push({
      id,
      presses: [await world.press('U0EVE', id), await world.press('U0DEE', id), await world.press('U0LEE', id)],
    })
  }
  for (const start of [0, 1, 2]) {
    world = await restarted(world, policyOf(stories, start))
    for (const [index, { presses }] of shown.entries()) {
      if (start >= (stories[index]?.length ?? 0)) continue
      for (const press of presses) await world.answerTo((inbox) => approve(world.deps, { ...press, inbox }))
    }
  }
  return world
}

/** What was given is what the card showed: this access, as this account, for this long, by one of these people. */
async function judge(world: World, stories: readonly Story[]): Promise<Set<string>> {
  const requests = await world.store.requests({ limit: 1_000 })
  const seen = new Set<string>()
  for (const [index, story] of stories.entries()) {
    const request = requests.find(({ terms }) => terms.entitlement === `${ID}-${index}`)
    expect([story, request?.state]).toEqual([story, expected(story)])
    seen.add(request?.state ?? 'lost')
    const grant = request && (await world.grantOf(request.id))
    expect(grant !== undefined).toBe(request?.state === 'approved')
    if (!grant) continue
    expect(request?.approvals.map(({ by }) => by)).toEqual(['U0LEE'])
    expect(grant).toMatchObject({ target: 'orders-db', account: 'ann', access: { role: `r${index}` } })
    expect(grant.expiresAt - grant.createdAt).toBe(15 * MINUTE)
  }
  return seen
}

/** Cases that share one database. */
const AT_ONCE = 50

/** @param cases a multiple of 50 */
export function itDecidesOnlyWhatWasShown(cases: number): void {
  it(`${cases.toLocaleString('en')} requests with random edits of the config before up to three starts: never decided under other terms than shown`, async () => {
    const folder = await quickFolder()
    const stories = fc.sample(edits, { numRuns: cases, seed: 11 })
    const seen = new Set<string>()
    try {
      for (let from = 0; from < cases; from += AT_ONCE) {
        const some = stories.slice(from, from + AT_ONCE)
        const world = await played(some, join(folder, `${from}.db`))
        for (const state of await judge(world, some)) seen.add(state)
        await world.close()
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    expect([...seen].sort()).toEqual(['approved', 'lapsed', 'pending'])
    expect(new Set(stories.flat(2)).size).toBe(Object.keys(EDITS).length)
  })
}
