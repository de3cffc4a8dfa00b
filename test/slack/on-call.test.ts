import { describe, expect, it, onTestFinished } from 'vitest'
import type { Group } from '../../src/core/policy.ts'
import { Self } from '../../src/slack/identity.ts'
import { SlackPeople } from '../../src/slack/people.ts'
import { webClient } from '../../src/slack/web-client.ts'
import { startWorkspace } from '../../src/workspace/workspace.ts'
import { MINUTE, makeSchedule, NIGHT } from '../support/make.ts'
import { MANIFEST, untilTrue } from './bot.ts'

const ONCALL = makeSchedule('oncall', 'pagerduty PX12345')
const DAY = 24 * 60 * MINUTE

/** Slack with a few people, and a schedule that says what a test wants. */
async function makeTown(groups: readonly Group[] = [ONCALL]) {
  const workspace = await startWorkspace({ manifest: MANIFEST })
  onTestFinished(() => workspace.stop())
  for (const name of ['ann', 'lee', 'kim']) workspace.person(name)
  const time = { now: NIGHT }
  const asked: { group: string; at: number }[] = []
  const schedule = { answer: async (): Promise<readonly string[]> => ['lee@example.com'] }
  const told: object[] = []
  const log = { info() {}, warn: (facts: object) => void told.push(facts), error() {} }
  const client = webClient(workspace.botToken, workspace.apiUrl)
  const people = new SlackPeople({
    client,
    self: new Self(client, log),
    naming: { kind: 'email', domains: ['example.com'] },
    groups: new Map(groups.map((group) => [group.name, group])),
    schedules: {
      onCall: (group) => {
        asked.push({ group, at: time.now })
        return schedule.answer()
      },
    },
    clock: { now: () => time.now },
    log,
    sleep: async (ms) => {
      time.now += ms
    },
  })
  const lookUps = () => workspace.callsTo('users.lookupByEmail').length
  return { workspace, people, schedule, asked, time, told, lookUps }
}

const fails = async (): Promise<never> => {
  throw new Error('down')
}

describe('who is on call', () => {
  it('is told as members of Slack, each once, with when the schedule was asked', async () => {
    const { people, schedule, asked } = await makeTown()
    schedule.answer = async () => ['lee@example.com', 'U0LEE', 'U0KIM']
    expect(await people.members(ONCALL, 'now')).toEqual({
      ok: true,
      value: ['U0LEE', 'U0KIM'],
      readAt: NIGHT,
      asOf: 'now',
    })
    expect(asked).toEqual([{ group: 'oncall', at: NIGHT }])
  })

  it('may be nobody', async () => {
    const { people, schedule } = await makeTown()
    schedule.answer = async () => []
    expect(await people.members(ONCALL, 'now')).toMatchObject({ ok: true, value: [] })
  })

  it('whoever Slack does not know is left out, and told once: as a number, without his address', async () => {
    const { people, schedule, told } = await makeTown()
    schedule.answer = async () => ['ghost@example.com', 'spook@example.com', 'lee@example.com']
    for (let asks = 0; asks < 3; asks += 1)
      expect(await people.members(ONCALL, 'now')).toMatchObject({ ok: true, value: ['U0LEE'] })
    schedule.answer = async () => ['ghost@example.com', 'wraith@example.com']
    await people.members(ONCALL, 'now')
    expect(told).toEqual([{ people: 2 }, { people: 1 }])
  })

  it('is not whoever has typed that address into his profile and not confirmed it', async () => {
    const { workspace, people, schedule } = await makeTown()
    workspace.person('eve', { standing: 'unconfirmed' })
    schedule.answer = async () => ['eve@example.com', 'lee@example.com']
    expect(await people.members(ONCALL, 'now')).toMatchObject({ ok: true, value: ['U0LEE'] })
  })

  it.each([
    ['an error', { kind: 'error', error: 'internal_error' }],
    ['HTTP 500', { kind: 'status', status: 500 }],
    ['somebody else’s error', { kind: 'error', error: 'missing_scope' }],
  ] as const)('is nobody while Slack answers %s for one of them', async (_name, fault) => {
    const { workspace, people, schedule } = await makeTown()
    schedule.answer = async () => ['lee@example.com', 'U0KIM']
    workspace.fails('users.lookupByEmail', fault)
    expect(await people.members(ONCALL, 'now')).toMatchObject({ refusal: { code: 'look-up-failed' } })
  })

  it('of a schedule that the group has no more is not answered by the one that it has', async () => {
    const { people, asked } = await makeTown()
    const earlier = makeSchedule('oncall', 'pagerduty POLD')
    expect(await people.members(earlier, 'now')).toMatchObject({ refusal: { code: 'look-up-failed' } })
    expect(asked).toEqual([])
  })

  it('one schedule is asked every three seconds at most', async () => {
    const { people, asked } = await makeTown()
    await people.members(ONCALL, 'now')
    await people.members(ONCALL, 'now')
    expect(asked.map(({ at }) => at - NIGHT)).toEqual([0, 3_000])
  })

  it('an address is looked up every five minutes at most', async () => {
    const { people, time, lookUps } = await makeTown()
    await people.members(ONCALL, 'now')
    time.now += 4 * MINUTE
    await people.members(ONCALL, 'now')
    expect(lookUps()).toBe(1)
    time.now += MINUTE + 1
    await people.members(ONCALL, 'now')
    expect(lookUps()).toBe(2)
  })

  it('when Slack says that a member changed, his address is looked up again, and nobody’s; not those of others', async () => {
    const { people, schedule, lookUps } = await makeTown()
    schedule.answer = async () => ['lee@example.com', 'kim@example.com', 'ghost@example.com']
    await people.members(ONCALL, 'now')
    people.forgetPerson('U0ANN')
    await people.members(ONCALL, 'now')
    expect(lookUps()).toBe(4) // the ghost may be Ann now
    people.forgetPerson('U0KIM')
    await people.members(ONCALL, 'now')
    expect(lookUps()).toBe(6)
  })
})

describe('how fresh it is', () => {
  it('now: asked after the question, whatever is known', async () => {
    const { people, schedule } = await makeTown()
    await people.members(ONCALL, 'now')
    schedule.answer = async () => ['U0KIM']
    expect(await people.members(ONCALL, 'now')).toMatchObject({ value: ['U0KIM'] })
  })

  it('now: does not take the answer to an earlier question', async () => {
    const { people, schedule, asked } = await makeTown()
    const { promise, resolve } = Promise.withResolvers<readonly string[]>()
    schedule.answer = () => promise
    const earlier = people.members(ONCALL, 'now')
    await untilTrue(() => asked.length === 1)
    schedule.answer = async () => ['U0KIM']
    const later = people.members(ONCALL, 'now')
    resolve(['U0LEE'])
    expect([await earlier, await later]).toMatchObject([{ value: ['U0LEE'] }, { value: ['U0KIM'] }])
  })

  it('lately: up to five minutes old, and says how old', async () => {
    const { people, schedule, time } = await makeTown()
    await people.members(ONCALL, 'now')
    schedule.answer = fails
    time.now += 5 * MINUTE
    expect(await people.members(ONCALL, 'lately')).toMatchObject({ value: ['U0LEE'], readAt: NIGHT })
    time.now += 1
    expect(await people.members(ONCALL, 'lately')).toMatchObject({ refusal: { code: 'look-up-failed' } })
  })

  it('last-known: up to a day old when the schedule does not answer; never for now', async () => {
    const { people, schedule, time } = await makeTown()
    await people.members(ONCALL, 'now')
    schedule.answer = fails
    time.now += DAY - 10_000
    expect(await people.members(ONCALL, 'last-known')).toMatchObject({ value: ['U0LEE'] })
    expect(await people.members(ONCALL, 'now')).toMatchObject({ ok: false, refusal: { code: 'look-up-failed' } })
    time.now += 10_000
    expect(await people.members(ONCALL, 'last-known')).toMatchObject({ ok: false })
  })

  it('a failure is remembered for twenty seconds by whoever takes an older answer, never by who decides', async () => {
    const { people, schedule, asked, time } = await makeTown()
    schedule.answer = fails
    await people.members(ONCALL, 'lately')
    time.now += 19_000
    expect(await people.members(ONCALL, 'lately')).toMatchObject({ refusal: { code: 'look-up-failed' } })
    expect(asked).toHaveLength(1)
    schedule.answer = async () => ['U0KIM']
    expect(await people.members(ONCALL, 'now')).toMatchObject({ value: ['U0KIM'] })
    expect(await people.members(ONCALL, 'lately')).toMatchObject({ value: ['U0KIM'] })
    time.now += 6 * MINUTE
    schedule.answer = fails
    await people.members(ONCALL, 'lately')
    time.now += 20_000
    await people.members(ONCALL, 'lately')
    expect(asked).toHaveLength(4)
  })

  it('a failure says which schedule, and what to do', async () => {
    const { people, schedule } = await makeTown()
    schedule.answer = fails
    const said = await people.members(ONCALL, 'now')
    expect(said).toMatchObject({ refusal: { sentence: expect.stringMatching(/schedule of “oncall” does not answer/) } })
  })
})

describe('whether a message reaches somebody', () => {
  it('is asked by opening the conversation, in which nothing is said', async () => {
    const { workspace, people } = await makeTown()
    expect(await people.reaches('U0LEE')).toBe(true)
    expect(workspace.callsTo('chat.postMessage')).toEqual([])
  })

  it.each([
    ['user_disabled', false],
    ['user_not_found', false],
    ['cannot_dm_bot', false],
    ['internal_error', undefined],
    ['missing_scope', undefined],
  ])('is, when Slack says %s: %s', async (error, reached) => {
    const { workspace, people } = await makeTown()
    workspace.fails('conversations.open', { kind: 'error', error })
    expect(await people.reaches('U0LEE')).toBe(reached)
  })

  it('is unknown while Slack holds back', async () => {
    const { workspace, people } = await makeTown()
    workspace.fails('conversations.open', { kind: 'rate limited', retryAfter: 9 })
    expect(await people.reaches('U0LEE')).toBeUndefined()
  })
})
