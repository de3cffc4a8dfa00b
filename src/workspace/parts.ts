import { type App, install } from './app.ts'
import { Deliveries } from './deliveries.ts'
import { Events, SLACK_RETRIES_MS } from './events.ts'
import { type DeliveryFault, type Fault, Faults } from './faults.ts'
import { Interactions } from './interactions.ts'
import { ResponseUrls, Triggers } from './lifetimes.ts'
import { readManifest } from './manifest.ts'
import { Rates } from './rates.ts'
import { SlackServer } from './server.ts'
import type { Slack } from './slack.ts'
import { Sockets } from './socket.ts'
import { State } from './state.ts'
import { WebApi } from './web-api.ts'

/** How a workspace is set up. */
export interface WorkspaceOptions {
  /** The app's manifest: YAML text, or parsed. Its scopes, commands and events are what the bot gets. */
  readonly manifest: unknown
  /** Milliseconds; lifetimes of triggers and response URLs, rates, timestamps and signatures follow it. */
  readonly now?: () => number
  /** How long a delivery may go unacknowledged (3,000 ms). */
  readonly ackWithinMs?: number
  /** When an event that was not acknowledged is sent again (at once, after a minute, after five). */
  readonly eventRetriesMs?: readonly number[]
  /** Answers 429 as Slack would; a function: while it says so. `limitsRates` changes it later. */
  readonly realisticRates?: boolean | (() => boolean)
  /** How often Slack pings a Socket Mode connection (10,000 ms). */
  readonly pingMs?: number
  /** Makes it a workspace of an Enterprise Grid. */
  readonly enterprise?: App['enterprise']
}

/** The parts of a running workspace. */
export interface Parts {
  readonly slack: Slack
  /** What goes wrong with calls of the bot. */
  readonly faults: Faults<Fault>
  /** What goes wrong with payloads on their way to the bot. */
  readonly misdeliveries: Faults<DeliveryFault>
  readonly rates: Rates
  readonly deliveries: Deliveries
  readonly events: Events
  readonly interactions: Interactions
  readonly api: WebApi
  readonly server: SlackServer
}

/** Puts a workspace together; its server does not listen yet. */
export function assemble(options: WorkspaceOptions): Parts {
  const now = options.now ?? Date.now
  const app = install(readManifest(options.manifest), options.enterprise)
  const slack: Slack = {
    app,
    now,
    state: new State(now),
    sockets: new Sockets(app.appId, options.pingMs ?? 10_000),
    triggers: new Triggers(now),
    responseUrls: new ResponseUrls(now),
    address: () => server.address,
    isDown: () => server.isDown,
  }
  const { state } = slack
  const struck = () => state.changed({ kind: 'fault' })
  const faults = new Faults<Fault>(now, struck)
  const misdeliveries = new Faults<DeliveryFault>(now, struck)
  const rates = new Rates(now, asQuestion(options.realisticRates ?? false))
  const api = new WebApi(slack, faults, rates)
  const connected = () => state.changed({ kind: 'connection' })
  const server = new SlackServer(api, slack.sockets, connected)
  slack.sockets.onChange(connected)
  const deliveries = new Deliveries(slack, misdeliveries, options.ackWithinMs ?? 3_000)
  const events = new Events(slack, deliveries, options.eventRetriesMs ?? SLACK_RETRIES_MS)
  const interactions = new Interactions(slack, deliveries)
  return { slack, faults, misdeliveries, rates, deliveries, events, interactions, api, server }
}

const asQuestion = (answer: boolean | (() => boolean)) => (typeof answer === 'function' ? answer : () => answer)
