import { describe, expect, it, onTestFinished } from 'vitest'
import { Self } from '../../src/slack/identity.ts'
import { SlackPeople } from '../../src/slack/people.ts'
import { readProfile } from '../../src/slack/profile.ts'
import { webClient } from '../../src/slack/web-client.ts'
import { startWorkspace } from '../../src/workspace/workspace.ts'
import { makeGroup, makeUsergroup, NIGHT } from '../support/make.ts'
import { NO_SCHEDULES } from '../support/no-schedules.ts'
import { MANIFEST, untilTrue } from './bot.ts'

const MINUTE = 60_000
const LEADS = makeUsergroup('leads', 'S0LEADS')
const silent = { info() {}, warn() {}, error() {} }

async function makeTown() {
  const workspace = await startWorkspace({ manifest: MANIFEST })
  onTestFinished(() => workspace.stop())
  const time = { now: NIGHT }
  const clock = { now: () => time.now }
  const client = webClient(workspace.botToken, workspace.apiUrl)
  const slept: number[] = []
  const sleep = async (ms: number) => {
    slept.push(ms)
    time.now += ms
  }
  const self = new Self(client, silent)
  const naming = { kind: 'email', domains: ['example.com'] } as const
  const asking = { client, self, naming, groups: new Map(), schedules: NO_SCHEDULES }
  const people = new SlackPeople({ ...asking, clock, log: silent, sleep })
  return { workspace, time, people, slept }
}

describe('who counts', () => {
  it.each([
    ['guest', 'guest'],
    ['single-channel guest', 'guest'],
    ['stranger', 'other-workspace'],
    ['bot', 'bot'],
    ['deactivated', 'deactivated'],
    ['invited', 'invited-only'],
  ] as const)('a %s does not', async (standing, code) => {
    const { workspace, people } = await makeTown()
    const eve = workspace.person('eve', { standing } as never)
    expect(await people.lookUp(eve.id, 'now')).toMatchObject({ ok: false, refusal: { code } })
  })

  it('a member does, under the confirmed e-mail', async () => {
    const { workspace, people } = await makeTown()
    const ann = workspace.person('ann')
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({
      ok: true,
      value: { subject: 'ann@example.com', asOf: 'now' },
    })
  })

  it('somebody whom Slack does not know does not', async () => {
    const { people } = await makeTown()
    expect(await people.lookUp('U0NOBODY', 'last-known')).toMatchObject({
      ok: false,
      refusal: { code: 'unknown-person' },
    })
  })

  it.each([
    ['an error', { kind: 'error', error: 'internal_error' }],
    ['HTTP 500', { kind: 'status', status: 500 }],
    ['a broken connection', { kind: 'reset' }],
    ['a rate limit of an hour', { kind: 'rate limited', retryAfter: 3_600 }],
  ] as const)('nobody does when the look-up comes to %s', async (_name, fault) => {
    const { workspace, people } = await makeTown()
    const ann = workspace.person('ann')
    workspace.fails('users.info', fault)
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({ ok: false, refusal: { code: 'look-up-failed' } })
  })

  it('nobody does while Slack has not said which workspace this is', async () => {
    const { workspace, people } = await makeTown()
    const ann = workspace.person('ann')
    const mended = workspace.fails('auth.test', { kind: 'status', status: 503 })
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({ refusal: { code: 'look-up-failed' } })
    mended()
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({ ok: true })
  })
})

describe('the home workspace', () => {
  const us = { teamId: 'T1', enterpriseId: 'E1', botId: undefined, botUserId: undefined }
  const home = (user: object, here = us) => readProfile({ id: 'U1', ...user }, 'U1', here)?.home

  it.each([
    ['the same team', { team_id: 'T1' }, true],
    ['another team', { team_id: 'T2' }, false],
    ['no team', {}, false],
    [
      'our organisation, in our workspace',
      { team_id: 'E1', enterprise_user: { enterprise_id: 'E1', teams: ['T2', 'T1'] } },
      true,
    ],
    [
      'our organisation, in another workspace',
      { team_id: 'T2', enterprise_user: { enterprise_id: 'E1', teams: ['T2'] } },
      false,
    ],
    ['our organisation, in none that is named', { team_id: 'E1', enterprise_user: { enterprise_id: 'E1' } }, false],
    [
      'another organisation with our team’s id',
      { team_id: 'T2', enterprise_user: { enterprise_id: 'E2', teams: ['T1'] } },
      false,
    ],
  ])('is told by %s', (_name, user, expected) => expect(home(user)).toBe(expected))

  it('outside a grid is only ours', () => {
    const grid = { team_id: 'T2', enterprise_user: { enterprise_id: 'E1', teams: ['T1'] } }
    expect(home(grid, { ...us, enterpriseId: undefined as never })).toBe(false)
  })

  it('of somebody else’s answer is not read', () => {
    expect(readProfile({ id: 'U2', team_id: 'T1' }, 'U1', us)).toBeUndefined()
    expect(readProfile(undefined, 'U1', us)).toBeUndefined()
  })

  it('is not that of a stranger, whatever the team says', () => {
    const profile = readProfile({ id: 'U1', team_id: 'T1', is_stranger: true }, 'U1', us)
    expect(profile).toMatchObject({ home: true, stranger: true })
  })

  it.each([{ is_bot: true }, { is_workflow_bot: true }, { is_connector_bot: true }])(
    'is nobody’s who is a bot: %j',
    (flag) => {
      expect(readProfile({ id: 'U1', team_id: 'T1', ...flag }, 'U1', us)?.bot).toBe(true)
    },
  )

  it('an e-mail counts as confirmed unless Slack says that it is not', () => {
    const confirmed = (value: boolean | undefined) =>
      readProfile({ id: 'U1', team_id: 'T1', is_email_confirmed: value }, 'U1', us)?.emailConfirmed
    expect([undefined, true, false].map(confirmed)).toEqual([true, true, false])
  })

  it('a name is shown without what could turn the text around it', () => {
    const profile = { display_name: '\u202eeve\u0007\u200b' }
    expect(readProfile({ id: 'U1', profile }, 'U1', us)?.name).toBe('eve')
    expect(readProfile({ id: 'U1', profile: { display_name: '\u202e' } }, 'U1', us)?.name).toBe('somebody')
  })
})

describe('freshness', () => {
  it('lately: an answer serves five minutes, and is dropped when Slack says that something changed', async () => {
    const { workspace, people, time } = await makeTown()
    const ann = workspace.person('ann')
    const calls = () => workspace.callsTo('users.info').length
    await people.lookUp(ann.id, 'lately')
    time.now += 5 * MINUTE
    expect(await people.lookUp(ann.id, 'lately')).toMatchObject({ value: { asOf: 'lately' } })
    expect(calls()).toBe(1)
    time.now += 1
    await people.lookUp(ann.id, 'lately')
    expect(calls()).toBe(2)
    people.forgetPerson(ann.id)
    await people.lookUp(ann.id, 'lately')
    expect(calls()).toBe(3)
  })

  it('now: asks each time', async () => {
    const { workspace, people } = await makeTown()
    const ann = workspace.person('ann')
    await people.lookUp(ann.id, 'lately')
    await people.lookUp(ann.id, 'now')
    expect(workspace.callsTo('users.info')).toHaveLength(2)
  })

  it('now: does not take the answer to an earlier question', async () => {
    const { workspace, people } = await makeTown()
    const ann = workspace.person('ann')
    await people.lookUp(ann.id, 'lately')
    workspace.fails('users.info', { kind: 'slow', ms: 100 })
    const earlier = people.lookUp(ann.id, 'now')
    await untilTrue(() => workspace.callsTo('users.info').length === 2)
    await workspace.admin.deactivates(ann)
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({ refusal: { code: 'deactivated' } })
    await earlier
    expect(workspace.callsTo('users.info')).toHaveLength(3)
  })

  it('last-known: an answer of up to a day stands in when asking fails, and says so; a clear no stays no', async () => {
    const { workspace, people, time } = await makeTown()
    const ann = workspace.person('ann')
    await people.lookUp(ann.id, 'now')
    const mended = workspace.fails('users.info', { kind: 'status', status: 500 })
    time.now += 24 * 60 * MINUTE
    expect(await people.lookUp(ann.id, 'last-known')).toMatchObject({ ok: true, value: { asOf: 'last-known' } })
    expect(await people.lookUp(ann.id, 'now')).toMatchObject({ ok: false })
    time.now += 1
    expect(await people.lookUp(ann.id, 'last-known')).toMatchObject({ refusal: { code: 'look-up-failed' } })
    mended()
    await people.lookUp(ann.id, 'now')
    await workspace.admin.deactivates(ann)
    expect(await people.lookUp(ann.id, 'last-known')).toMatchObject({ refusal: { code: 'deactivated' } })
  })

  it('remembered: asks nobody, and knows what was told within a day', async () => {
    const { workspace, people, time } = await makeTown()
    const ann = workspace.person('ann')
    const asked = () => workspace.callsTo('users.info').length
    expect(await people.lookUp(ann.id, 'remembered')).toMatchObject({ refusal: { code: 'not-remembered' } })
    expect(asked()).toBe(0)
    await people.lookUp(ann.id, 'now')
    time.now += 24 * 60 * MINUTE
    expect(await people.lookUp(ann.id, 'remembered')).toMatchObject({ ok: true, value: { asOf: 'last-known' } })
    time.now += 1
    expect(await people.lookUp(ann.id, 'remembered')).toMatchObject({ ok: false })
    expect(asked()).toBe(1)
  })

  it('a group in the config is answered without Slack; one that Slack lost is a clear no', async () => {
    const { workspace, people } = await makeTown()
    expect(await people.members(makeGroup('leads', ['U1']), 'now')).toMatchObject({ value: ['U1'] })
    expect(workspace.calls).toEqual([])
    expect(await people.members(LEADS, 'now')).toMatchObject({ refusal: { code: 'no-such-group' } })
  })

  it('a rate limit is waited for', async () => {
    const { workspace, people, slept } = await makeTown()
    workspace.group('leads', { members: [workspace.person('lee')] })
    workspace.fails('usergroups.users.list', { kind: 'rate limited', retryAfter: 7, times: 1 })
    expect(await people.members(LEADS, 'now')).toMatchObject({ value: ['U0LEE'] })
    expect(slept).toContain(7_000)
  })
})
