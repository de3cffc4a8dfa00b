import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { EVENT_NAMES } from '../../core/event.ts'

/** Seconds: from a moment to an hour. */
const SOON_TO_AN_HOUR = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600]
const CALL_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30]
const LATE_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600]

/** What Node says of the process, the same for all bots in it. */
export const ofProcess = new Registry()
collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: 50 })

/** What the bot counts while it runs. Labels name targets, kinds and states; never people or entitlements. */
export function makeInstruments() {
  const registry = new Registry()
  const { gauge, gaugeBy, counter, counterBy, histogramBy } = makersFor(registry)
  const events = counterBy('events_total', 'Audit events that this process wrote, by name.', 'event')
  for (const event of EVENT_NAMES) events.inc({ event }, 0)
  return {
    registry,
    events,
    build: gaugeBy('build_info', 'Always 1: which version runs, on which Node.', 'version', 'node'),
    refusals: counterBy('refusals_total', 'Refusals, each one counted, by the name of their event.', 'event'),
    decision: histogramBy(
      'decision_latency_seconds',
      'From a request to the decision of people.',
      SOON_TO_AN_HOUR,
      'outcome',
    ),
    revoke: histogramBy(
      'revoke_latency_seconds',
      'From the instant at which access had to end until the target said that it is gone.',
      LATE_SECONDS,
      'target',
    ),
    deliveries: counterBy(
      'deliveries_total',
      'Attempts at effects: done, again (tried again later), unreachable, failed (an error).',
      'kind',
      'outcome',
    ),
    calls: counterBy(
      'target_calls_total',
      'Calls to targets: ok, or the kind of error.',
      'target',
      'operation',
      'outcome',
    ),
    callSeconds: histogramBy('target_call_seconds', 'How long calls to targets took.', CALL_SECONDS, 'target'),
    slackConnected: gauge('slack_connected', '1 while Slack reaches the bot and answers it.'),
    rateLimited: counter('slack_rate_limited_total', 'Calls that Slack answered with 429.'),
    lastTick: gauge('last_tick_timestamp_seconds', 'When the loop last did what was due.'),
    allowed: gauge('access_allowed', '1 while new access may be given; 0 stops all grants, never a revoke.'),
    clockJumped: gauge('clock_jumped', '1 while the clock is behind what is recorded.'),
    databaseReadable: gauge('database_readable', '1 if the database answered; 0: what it knows is left out.'),
    transactions: counter('database_transactions_total', 'Transactions committed by this process.'),
    writes: counter('database_writes_total', 'Writes in them; divided by the transactions: how many shared an fsync.'),
  }
}

/** What the database knows at the moment of a scrape. */
export function makeRecordGauges() {
  const registry = new Registry()
  const { gauge, gaugeBy } = makersFor(registry)
  return {
    registry,
    grants: gaugeBy('grants', 'Grants that are not revoked, by state.', 'state'),
    pending: gauge('requests_pending', 'Requests that wait for a decision.'),
    overdue: gaugeBy('overdue_grants', 'Grants that should be gone, and are not confirmed to be.', 'target'),
    overdueFor: gaugeBy('overdue_oldest_seconds', 'For how long the oldest of them should be gone.', 'target'),
    stuck: gaugeBy('stuck_grants', 'Grants whose access the target does not let go.', 'target'),
    waiting: gaugeBy('outbox_due', 'Effects that are due and wait, by kind.', 'kind'),
    waitingFor: gaugeBy('outbox_oldest_seconds', 'For how long the oldest of them has been due.', 'kind'),
    unanswered: gauge('inbox_unanswered', 'Commands, presses and forms that were received and not answered yet.'),
    channelBehind: gauge('security_channel_behind_events', 'Audit events that the security channel was not told yet.'),
    paused: gauge('paused', '1 while security people have stopped all new access.'),
    auditSequence: gauge('audit_sequence', 'Number of the newest audit event.'),
  }
}

export type Instruments = ReturnType<typeof makeInstruments>

/** What makes instruments of one registry. */
function makersFor(registry: Registry) {
  const registers = [registry]
  const named = (name: string, help: string) => ({ name: `breakglass_${name}`, help, registers })
  return {
    gauge: (name: string, help: string) => new Gauge(named(name, help)),
    gaugeBy: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Gauge({ ...named(name, help), labelNames }),
    counter: (name: string, help: string) => new Counter(named(name, help)),
    counterBy: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter({ ...named(name, help), labelNames }),
    histogramBy: <Label extends string>(name: string, help: string, buckets: number[], label: Label) =>
      new Histogram({ ...named(name, help), buckets, labelNames: [label] }),
  }
}
