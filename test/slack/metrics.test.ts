import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../src/adapters/contract.ts'
import { Meter } from '../../src/operations/metrics/meter.ts'
import { pauseByOperator, resumeByOperator } from '../../src/operations/stop-by-operator.ts'
import { MINUTE } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'
import { startTown, type Town, until } from '../threats/town.ts'

const world = useWorlds()
/** Nobody listens at the target of the town. */
const HOLDS_FAILED = 'breakglass_target_calls_total{target="orders-db",operation="holds",outcome="unreachable"}'

/** The samples of a scrape, by name and labels as they stand there. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

async function scrape(town: Town) {
  const response = await fetch(town.url.replace('/slack/events', '/metrics'))
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  return response.text()
}

function meterOf(night: World) {
  const meter = new Meter({ version: '1.2.3', targets: ['orders-db'] })
  const text = () => meter.text({ ...night.deps, slackConnected: true, lastTickAt: night.scheduler.lastTickAt })
  return { meter, text, read: async () => samplesOf(await text()) }
}

describe('GET /metrics', () => {
  it.each(['http', 'socket'] as const)('tells what the bot has done and how it is, by %s', async (mode) => {
    const town = await startTown({ mode })
    const { id, card } = await town.asks(town.ann)
    await town.ann.presses('approve', card)
    await until(async () => (await town.events()).includes('approval.refused'))
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
    await until(async () => samplesOf(await scrape(town)).has(HOLDS_FAILED))
    await until(async () => samplesOf(await scrape(town)).get('breakglass_security_channel_behind_events') === 0)
    const samples = samplesOf(await scrape(town))
    const sequence = (await town.events()).length
    expect(Object.fromEntries(samples)).toMatchObject({
      'breakglass_events_total{event="request.opened"}': 1,
      'breakglass_events_total{event="request.denied"}': 0,
      'breakglass_refusals_total{event="approval.refused"}': 1,
      'breakglass_decision_latency_seconds_count{outcome="approved"}': 1,
      'breakglass_grants{state="granting"}': 1,
      'breakglass_grants{state="active"}': 0,
      'breakglass_stuck_grants{target="orders-db"}': 0,
      breakglass_requests_pending: 0,
      breakglass_slack_connected: 1,
      breakglass_access_allowed: 1,
      breakglass_clock_jumped: 0,
      breakglass_database_readable: 1,
      breakglass_audit_sequence: sequence,
      breakglass_security_channel_behind_events: 0,
    })
    expect(samples.get(HOLDS_FAILED)).toBeGreaterThan(0)
    expect(samples.get('breakglass_deliveries_total{kind="feed",outcome="done"}')).toBeGreaterThan(0)
    const [writes, transactions] = ['writes', 'transactions'].map((what) =>
      samples.get(`breakglass_database_${what}_total`),
    )
    expect(writes).toBeGreaterThanOrEqual(transactions ?? Number.NaN)
    expect(samples.get('breakglass_last_tick_timestamp_seconds')).toBeGreaterThan(Date.now() / 1_000 - 5)
    expect([...samples.keys()].filter((name) => name.startsWith('process_cpu_seconds_total'))).toHaveLength(1)
  })

  it('names no person, entitlement, reason or secret', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
    const text = await scrape(town)
    expect(text).not.toMatch(/\b(ann|lee)\b|U0[A-Z]|orders-read|INC-42|replica|example\.com|xox|c4nary/i)
    expect(text).not.toContain(id.slice(2))
  })

  it('has help and type for every name, with units in it', async () => {
    const text = await meterOf(await world()).text()
    const names = [...text.matchAll(/^# TYPE (breakglass_\S+) (\S+)$/gm)].map(([, name, type]) => [name, type] as const)
    expect(names.length).toBeGreaterThan(20)
    for (const [name, type] of names) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z0-9].+\\.$`, 'm'))
      if (type === 'counter') expect(name).toMatch(/_total$/)
      if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    }
  })

  it('says that Slack does not answer, and counts its 429s', async () => {
    const town = await startTown()
    town.workspace.fails('chat.postMessage', { kind: 'rate limited', retryAfter: 1, times: 1 })
    await town.ann.types('/breakglass orders-read INC-42 replica lag')
    await until(async () => samplesOf(await scrape(town)).get('breakglass_slack_rate_limited_total') === 1)
    expect((await scrape(town)).includes('breakglass_slack_connected 1')).toBe(true)
  })
})

describe('what an operator watches', () => {
  it('shows that security has stopped all new access, and that it goes on', async () => {
    const night = await world()
    const { read } = meterOf(night)
    const shown = async () => {
      const samples = await read()
      return ['paused', 'access_allowed'].map((name) => samples.get(`breakglass_${name}`))
    }
    expect(await shown()).toEqual([0, 1])
    await pauseByOperator(night.deps, { user: 'sam', reason: 'a drill' })
    expect(await shown()).toEqual([1, 0])
    await resumeByOperator(night.deps, { user: 'sam', reason: 'over' })
    await resumeByOperator(night.deps, { user: 'sue', reason: 'over' })
    expect(await shown()).toEqual([0, 1])
  })

  it('rises within 60 s after access should be gone, and falls when it is', async () => {
    const night = await world()
    const { read } = meterOf(night)
    await night.asks('U0ANN')
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    night.target.mishaps.revoke.push(...Array<'unreachable'>(1_000).fill('unreachable'))
    const watched = async () => {
      const samples = await read()
      return ['overdue_grants', 'overdue_oldest_seconds', 'stuck_grants'].map((name) =>
        samples.get(`breakglass_${name}{target="orders-db"}`),
      )
    }
    expect(await watched()).toEqual([0, 0, 0])
    await night.passes(15 * MINUTE)
    expect(await watched()).toEqual([1, 0, 0])
    for (let second = 0; second < 58; second += 1) await night.passes(1_000)
    expect(await watched()).toEqual([1, 58, 1])
    night.target.mishaps.revoke.length = 0
    await night.passes(MINUTE)
    await night.passes(MINUTE)
    expect(await watched()).toEqual([0, 0, 0])
  })

  it('shows access that is overdue although its end could not be written', async () => {
    const night = await world()
    await night.asks('U0ANN')
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    night.time.now += 20 * MINUTE
    const samples = await meterOf(night).read()
    expect(samples.get('breakglass_overdue_grants{target="orders-db"}')).toBe(1)
    expect(samples.get('breakglass_overdue_oldest_seconds{target="orders-db"}')).toBe(300)
  })

  it('measures revokes from the end, decisions from the request, and calls by their outcome', async () => {
    const night = await world()
    const { meter, read } = meterOf(night)
    const commit = meter.store(night.store).commit
    Object.assign(night.deps, { store: { ...bound(night), commit } })
    await night.asks('U0ANN')
    night.time.now += 2 * MINUTE
    await night.approves('U0LEE', await night.newest())
    await night.settles()
    night.target.mishaps.revoke.push('unreachable')
    await night.passes(15 * MINUTE)
    await night.passes(3_000)
    const samples = await read()
    expect(samples.get('breakglass_decision_latency_seconds_sum{outcome="approved"}')).toBe(120)
    expect(samples.get('breakglass_revoke_latency_seconds_sum{target="orders-db"}')).toBe(3)
    const failing = {
      of: async () => ({ ...night.target, holds: () => Promise.reject(new AdapterError('rejected', 'No.')) }),
    }
    const adapter = await meter.adapters(failing as never).of('orders-db')
    await expect(adapter?.holds({} as never, new AbortController().signal)).rejects.toThrow('No.')
    expect(
      (await read()).get('breakglass_target_calls_total{target="orders-db",operation="holds",outcome="rejected"}'),
    ).toBe(1)
  })

  it('stays without the database: what that knows is left out, and said to be', async () => {
    const night = await world()
    const { meter } = meterOf(night)
    const store = { ...bound(night), census: () => Promise.reject(new Error('disk I/O error')) }
    const text = await meter.text({ ...night.deps, store, slackConnected: false, lastTickAt: undefined })
    expect(text).toContain('breakglass_database_readable 0')
    expect(text).not.toContain('breakglass_overdue_grants')
    expect(text).toContain('breakglass_slack_connected 0')
  })
})

/** The store's methods as they are now. */
function bound({ store }: World) {
  const names = ['census', 'commit', 'request', 'grant', 'holding', 'leaningOn'] as const
  return { ...store, ...Object.fromEntries(names.map((name) => [name, store[name]])) } as World['store']
}
