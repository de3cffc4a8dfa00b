import { describe, expect, it } from 'vitest'
import type { Policy } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { livenessChore, sweepLiveness } from '../../src/operations/sweep-liveness.ts'
import {
  MINUTE,
  makeEntitlement,
  makeGroup,
  makePolicy,
  makeRule,
  makeSchedule,
  makeUsergroup,
} from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const ENGINEERS = makeUsergroup('engineers', 'S0ENG')
const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const LEADS = makeGroup('leads', ['U0LEE', 'U0KIM'])
const DOWN = refuse('look-up-failed', 'Slack is down.')
const DAY = 24 * 60 * MINUTE

function policyWith(change: Parameters<typeof makeRule>[0] = {}): Policy {
  const rule = makeRule({ requesters: [ENGINEERS], approvers: [ONCALL], ...change })
  return makePolicy({ entitlements: new Map([['orders-read', makeEntitlement({ rules: [rule] })]]) })
}

async function makeTown(policy = policyWith()) {
  const made = await world({ policy })
  made.people.usergroups.set('S0ENG', accept(['U0BEN', 'U0ANN']))
  made.people.usergroups.set('pagerduty PX12345', accept(['U0LEE']))
  return made
}

describe('the sweep for approvers', () => {
  const sentences = ({ delivered }: World) =>
    delivered.flatMap((effect) => (effect.kind === 'say' ? [{ to: effect.person, sentence: effect.sentence }] : []))

  async function sweeps(made: World): Promise<boolean | undefined> {
    const sweep = sweepLiveness(made.deps)
    let step = await sweep.next()
    while (!step.done) step = await sweep.next()
    await made.settles()
    return step.value
  }

  it('tells the security channel once that nobody could agree, and once that all is well again', async () => {
    const made = await makeTown()
    expect(await sweeps(made)).toBe(true)
    expect(sentences(made)).toEqual([])
    made.people.persons.set('U0LEE', refuse('deactivated', 'gone'))
    await sweeps(made)
    await sweeps(made)
    expect(sentences(made)).toEqual([
      {
        to: 'C0SECURITY',
        sentence: expect.stringMatching(/nobody can for U0BEN \(ben\), U0ANN \(ann\)[\s\S]*nobody can get it/),
      },
    ])
    made.people.persons.delete('U0LEE')
    made.time.now += DAY
    await sweeps(made)
    expect(sentences(made).at(-1)).toEqual({ to: 'C0SECURITY', sentence: expect.stringMatching(/^All well again/) })
    expect(sentences(made)).toHaveLength(2)
  })

  it('counts nobody whom no direct message reaches', async () => {
    const made = await makeTown()
    made.people.unreached.set('U0LEE', false)
    await sweeps(made)
    expect(sentences(made)[0]?.sentence).toContain('no direct message reaches U0LEE (lee)')
  })

  it('a look-up that fails is not called well again, and not called wrong', async () => {
    const made = await makeTown()
    made.people.usergroups.set('pagerduty PX12345', accept([]))
    await sweeps(made)
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    expect(await sweeps(made)).toBe(false)
    expect(sentences(made)).toHaveLength(1)
    const fresh = await makeTown()
    fresh.people.usergroups.set('pagerduty PX12345', DOWN)
    await sweeps(fresh)
    expect(sentences(fresh)).toEqual([])
  })

  it('comes a minute after the start and once a day, one call at a time; in an hour after a failure', async () => {
    const made = await makeTown()
    let calls = 0
    const asked = async <Value>(work: Promise<Value>): Promise<Value> => {
      calls += 1
      return work
    }
    const people = {
      members: (...ask: Parameters<World['people']['members']>) => asked(made.people.members(...ask)),
      lookUp: (id: string) => asked(made.people.lookUp(id)),
      reaches: (id: string) => asked(made.people.reaches(id)),
    }
    const chore = livenessChore({ ...made.deps, people })
    const start = made.time.now
    /** So many calls are made when the chore runs as often as it can until then. */
    const callsUntil = async (from: number, to: number) => {
      const before = calls
      for (let now = from; now <= to; now += chore.everyMs) {
        const sofar = calls
        await chore.run(now)
        expect(calls - sofar).toBeLessThanOrEqual(1)
      }
      return calls - before
    }
    expect(await callsUntil(start, start + MINUTE - 1)).toBe(0)
    expect(await callsUntil(start + MINUTE, start + 2 * MINUTE)).toBe(6) // two groups, three people, one approver
    expect(await callsUntil(start + 2 * MINUTE, start + 60 * MINUTE)).toBe(0)
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    const next = start + DAY + 2 * MINUTE
    expect(await callsUntil(next, next + MINUTE)).toBe(4)
    expect(await callsUntil(next + 62 * MINUTE, next + 63 * MINUTE)).toBe(4)
  })

  it('leaves Slack’s 100 look-ups a minute to others, also while all are looked up who may have left', async () => {
    const many = Array.from({ length: 200 }, (_, index) => `U0P${index}`)
    const made = await makeTown(policyWith({ requesters: [makeGroup('many', many)], approvers: [LEADS] }))
    let looks = 0
    const lookUp = (id: string) => {
      looks += 1
      return made.people.lookUp(id)
    }
    const people = { lookUp, members: made.people.members.bind(made.people), reaches: async () => true }
    const chore = livenessChore({ ...made.deps, people })
    const start = made.time.now
    for (let now = start; now < start + 2 * MINUTE; now += chore.everyMs) await chore.run(now)
    expect(looks).toBeGreaterThan(10)
    expect(looks + 60).toBeLessThan(90) // the look for leavers makes one a second
  })

  it('a group that Slack has no more is nobody', async () => {
    const made = await makeTown()
    made.people.usergroups.set('pagerduty PX12345', refuse('no-such-group', 'Slack has no such group.'))
    expect(await sweeps(made)).toBe(true)
    expect(sentences(made)[0]?.sentence).toContain('nobody can for U0BEN (ben), U0ANN (ann)')
  })

  it('a group that nobody can tell about for a day is a weakness, told once, until it answers', async () => {
    const made = await makeTown()
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    await sweeps(made)
    made.time.now += DAY - 1
    await sweeps(made)
    expect(sentences(made)).toEqual([])
    made.time.now += 1
    await sweeps(made)
    made.time.now += 60 * MINUTE
    await sweeps(made)
    expect(sentences(made)).toHaveLength(1)
    expect(sentences(made)[0]?.sentence).toContain(
      'groups.oncall: nobody could say who is in oncall since 2026-11-22 03:00 UTC.',
    )
    made.people.usergroups.set('pagerduty PX12345', accept(['U0LEE']))
    await sweeps(made)
    expect(sentences(made).at(-1)?.sentence).toMatch(/^All well again/)
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    made.time.now += 60 * MINUTE
    await sweeps(made)
    expect(sentences(made)).toHaveLength(2) // another day begins
  })

  it('a handover that leaves as many alone as before is no news', async () => {
    const made = await makeTown(policyWith({ requesters: [ENGINEERS], approvers: [ONCALL] }))
    made.people.usergroups.set('pagerduty PX12345', accept(['U0ANN']))
    await sweeps(made)
    expect(sentences(made)[0]?.sentence).toContain('nobody can for U0ANN (ann)')
    made.people.usergroups.set('pagerduty PX12345', accept(['U0BEN']))
    await sweeps(made)
    expect(sentences(made)).toHaveLength(1)
  })
})
