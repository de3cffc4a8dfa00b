import { type App, install } from './app.ts'
import { Deliveries } from './deliveries.ts'
import { Events, SLACK_RETRIES_MS } from './events.ts'
import { Faults } from './faults.ts'
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
  /** Answers 429 as Slack would. */
  readonly realisticRates?: boolean
  /** How often Slack pings a Socket Mode connection (10,000 ms). */
  readonly pingMs?: number
  /** Makes it a workspace of an Enterprise Grid. */
  readonly enterprise?: App['enterprise']
}

/** The parts of a running workspace. */
export interface Parts {
  readonly slack: Slack
  readonly faults: Faults
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
  const faults = new Faults()
  const api = new WebApi(slack, faults, options.realisticRates ? new Rates(now) : undefined)
  const server = new SlackServer(api, slack.sockets)
  const deliveries = new Deliveries(slack, options.ackWithinMs ?? 3_000)
  const events = new Events(slack, deliveries, options.eventRetriesMs ?? SLACK_RETRIES_MS)
  return { slack, faults, deliveries, events, interactions: new Interactions(slack, deliveries), api, server }
}
