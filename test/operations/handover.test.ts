import { describe, expect, it } from 'vitest'
import type { Group } from '../../src/core/policy.ts'
import { accept, refuse } from '../../src/core/result.ts'
import { bindOperations } from '../../src/operations/bind.ts'
import type { Deps } from '../../src/operations/ports.ts'
import { hearDecider, requesterStillMay } from '../../src/operations/voice.ts'
import { writeButtonValue } from '../../src/slack/button-value.ts'
import { INPUT } from '../../src/slack/ids.ts'
import { writePressMetadata } from '../../src/slack/press-metadata.ts'
import { shortenFaults } from '../../src/slack/shorten-form/checking.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule, makeSchedule } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()
const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const LEADS = makeGroup('leads', ['U0KIM'])
const DOWN = refuse('look-up-failed', 'Slack is down.')

/** Ann has asked; Lee was on call a minute ago. */
async function makeNight(change: { approvers?: readonly Group[]; needs?: boolean; asks?: readonly Group[] } = {}) {
  const { approvers = [ONCALL], needs = false, asks } = change
  const rule = makeRule({
    approvers,
    ...(asks ? { requesters: asks } : {}),
    ...(needs ? { quorum: approvers.length, needs: approvers.map((from) => ({ from, atLeast: 1 })) } : {}),
  })
  const entitlements = new Map([['orders-read', makeEntitlement({ rules: [rule] })]])
  const made = await world({ policy: makePolicy({ entitlements }) })
  made.people.usergroups.set('pagerduty PX12345', accept(['U0LEE']))
  await made.asks('U0ANN')
  made.time.now += MINUTE
  const id = await made.newest()
  const request = await made.store.request(id)
  if (!request) throw new Error('not asked')
  return { made, id, request, operations: bindOperations(made.deps) }
}

/** The same people, where it is noted which groups are asked about. */
function noting({ people, deps }: World) {
  const asked: string[] = []
  const members: Deps['people']['members'] = (group) => {
    if (group.source.kind !== 'members') asked.push(group.name)
    return people.members(group)
  }
  const noted = { lookUp: (id: string) => people.lookUp(id), reaches: people.reaches.bind(people), members }
  return { asked, deps: { ...deps, people: noted } }
}

describe('after a handover', () => {
  it('whoever the cache does not name as on call is not told that he may not: the forms open', async () => {
    const { id, operations } = await makeNight()
    const shorter = { request: id, ttlMs: 5 * MINUTE }
    const unclear = { refusal: { code: 'look-up-failed' } }
    expect(await operations.mayDecide('U0DEE', id)).toMatchObject(unclear)
    expect(await operations.mayRevoke('U0DEE', id)).toMatchObject(unclear)
    expect(await operations.wouldShorten('U0DEE', shorter)).toMatchObject(unclear)
  })

  it('nor is a filled form for a shorter time turned down: it is decided afresh', async () => {
    const { id, request, operations } = await makeNight()
    const button = writeButtonValue({ request: id, copy: 'c1', digest: request.digest })
    const metadata = writePressMetadata(button, 'C0REQUESTS', '1.1')
    const bodyOf = (user: string) => ({ callback: 'shorten', user, metadata, values: { [INPUT.ttl]: '5m' } }) as const
    expect(await shortenFaults(operations, bodyOf('U0DEE') as never)).toBeUndefined()
    expect(Object.keys((await shortenFaults(operations, bodyOf('U0ANN') as never)) ?? {})).toEqual([INPUT.ttl])
  })

  it('a no is clear where who is on call was asked just now, and where no schedule decides', async () => {
    const { made, id, operations } = await makeNight()
    made.people.readAt = made.time.now
    expect(await operations.mayDecide('U0DEE', id)).toMatchObject({ refusal: { code: 'not-an-approver' } })
    expect(await operations.mayRevoke('U0DEE', id)).toMatchObject({ refusal: { code: 'may-not-revoke' } })
    const other = await makeNight({ approvers: [LEADS] })
    expect(await other.operations.mayDecide('U0DEE', other.id)).toMatchObject({ refusal: { code: 'not-an-approver' } })
  })

  it('the requester himself stays clearly refused', async () => {
    const { id, operations } = await makeNight()
    expect(await operations.mayDecide('U0ANN', id)).toMatchObject({ refusal: { code: 'self-approval' } })
  })

  it('the decision itself is clear: it asks afresh', async () => {
    const { made, request } = await makeNight()
    expect(await hearDecider(made.deps, 'U0DEE', request, 'now', made.time.now)).toMatchObject({
      refusal: { code: 'not-an-approver' },
    })
  })
})

describe('whom the config lets in', () => {
  it('is heard without a word of the schedules beside him', async () => {
    const { made, id, request } = await makeNight({ approvers: [ONCALL, LEADS] })
    const { asked, deps } = noting(made)
    const heard = await hearDecider(deps, 'U0KIM', request, 'now', made.time.now)
    expect(heard).toMatchObject({ ok: true, value: { groups: ['leads'] } })
    expect(asked).toEqual([])
    made.people.usergroups.set('pagerduty PX12345', DOWN)
    expect(await made.approves('U0KIM', id)).toContain('Approved')
    expect((await made.store.request(id))?.approvals).toMatchObject([{ by: 'U0KIM', groups: ['leads'] }])
  })

  it('but where it matters of which groups he is, each of them is asked', async () => {
    const { made, request } = await makeNight({ approvers: [ONCALL, LEADS], needs: true })
    made.people.usergroups.set('pagerduty PX12345', accept(['U0KIM']))
    const { asked, deps } = noting(made)
    const heard = await hearDecider(deps, 'U0KIM', request, 'now', made.time.now)
    expect(heard).toMatchObject({ ok: true, value: { groups: ['oncall', 'leads'] } })
    expect(asked).toEqual(['oncall'])
  })

  it('others are asked about when the config does not name him', async () => {
    const { made, request } = await makeNight({ approvers: [ONCALL, LEADS] })
    const { asked, deps } = noting(made)
    const heard = await hearDecider(deps, 'U0LEE', request, 'now', made.time.now)
    expect(heard).toMatchObject({ ok: true, value: { groups: ['oncall'] } })
    expect(asked).toEqual(['oncall'])
  })

  it('the requester whom a list names may still ask, whatever schedule is beside it', async () => {
    const { made, request } = await makeNight({ approvers: [LEADS], asks: [ONCALL, makeGroup('dba', ['U0ANN'])] })
    const { asked, deps } = noting(made)
    expect(await requesterStillMay(deps, request)).toMatchObject({ ok: true })
    expect(asked).toEqual([])
  })

  it('revokes without waiting for a schedule, where he is of security', async () => {
    const { made, id } = await makeNight()
    const { asked, deps } = noting(made)
    expect(await bindOperations(deps).mayRevoke('U0SAM', id)).toMatchObject({ ok: true })
    expect(asked).toEqual([])
  })
})
