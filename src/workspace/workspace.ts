import { randomBytes } from 'node:crypto'
import { Admin } from './admin.ts'
import { urlVerification } from './event-payload.ts'
import type { DeliveryFault, Fault, StandingFault } from './faults.ts'
import { type Ack, type HttpAnswer, postBytes } from './http-delivery.ts'
import type { MemberOptions } from './member.ts'
import { assemble, type Parts, type WorkspaceOptions } from './parts.ts'
import type { Payload } from './payloads.ts'
import type { Person } from './person.ts'
import { type ChannelOptions, type GroupOptions, Residents } from './residents.ts'
import { type SeenMessage, seen } from './seen.ts'
import { signatureHeaders } from './signature.ts'
import type { DisconnectReason, Envelope } from './socket.ts'
import type { Conversation, Group, State } from './state.ts'
import type { Call, Delivery, PayloadKind } from './traffic.ts'
import { until } from './waiting.ts'

/**
 * Starts an embedded Slack workspace, to try and to test the bot without a Slack account.
 *
 * ```ts
 * const workspace = await startWorkspace({ manifest: readFileSync('manifest.yml', 'utf8') })
 * const ann = workspace.person('ann')                                  // U0ANN, ann@example.com
 * const lee = workspace.person('lee', { standing: 'guest' })
 * const security = workspace.channel('security', { private: true, members: [sam] })    // C0SECURITY
 * workspace.group('eng', { members: [ann, lee] })                      // S0ENG
 * // start the bot with SLACK_API_URL=workspace.apiUrl, SLACK_BOT_TOKEN=workspace.botToken and either
 * // SLACK_APP_TOKEN=workspace.appToken, then: await workspace.waitsForSocket()
 * // or SLACK_SIGNING_SECRET=workspace.signingSecret, then: workspace.deliverTo('http://127.0.0.1:3000/slack/events')
 * await ann.types('/breakglass orders-read 15m INC-42 replica lag')
 * const card = await lee.waitsFor('Read the orders database', { in: requests })
 * await lee.presses('approve', card)                                   // `option` chooses, `confirm` answers a dialogue
 * await ann.picks('ask_about', message)                                // a shortcut of the manifest
 * await ann.opensHome()
 * await sam.sees(security)
 * workspace.fails('chat.postMessage', { kind: 'rate limited', retryAfter: 1, times: 2 })
 * workspace.fails('chat.update', { kind: 'reset', applied: true, times: 1 })            // took effect, answer lost
 * workspace.misdelivers('block_actions', { kind: 'doubled', times: 1 })                // a press arrives twice
 * await workspace.repeats(workspace.deliveries.at(-1))                                 // the same bytes once more
 * await workspace.admin.deactivates(lee)
 * await workspace.stop()
 * ```
 */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const parts = assemble(options)
  await parts.server.start()
  return new Workspace(parts)
}

/** A running workspace; `startWorkspace` makes one. */
export class Workspace {
  /** What administrators do: deactivate people, change groups and channels. */
  readonly admin: Admin
  /** Everything that is known, and a listener for its changes. */
  readonly state: State
  readonly #parts: Parts
  readonly #residents: Residents
  readonly #stopped = new AbortController()

  constructor(parts: Parts) {
    this.#parts = parts
    this.state = parts.slack.state
    this.admin = new Admin(parts.slack, parts.events)
    this.#residents = new Residents(parts)
  }

  /** Ends every connection, timer and delivery. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#parts.events.stop()
    this.#parts.deliveries.stop()
    await this.#parts.slack.sockets.stop()
    await this.#parts.server.stop()
  }

  /** For SLACK_API_URL; ends in `/api/`. */
  get apiUrl(): string {
    return `${this.#parts.server.address}/api/`
  }

  get botToken(): string {
    return this.#parts.slack.app.botToken
  }

  get appToken(): string {
    return this.#parts.slack.app.appToken
  }

  get signingSecret(): string {
    return this.#parts.slack.app.signingSecret
  }

  get teamId(): string {
    return this.#parts.slack.app.team.id
  }

  /** What the app offers in the menu of a message. */
  get messageShortcuts(): readonly { readonly callbackId: string; readonly name: string }[] {
    const all = [...this.#parts.slack.app.manifest.shortcuts]
    return all.flatMap(([callbackId, { name, type }]) => (type === 'message' ? [{ callbackId, name }] : []))
  }

  /** The bot, as a member of channels. */
  get bot(): { readonly id: string } {
    return { id: this.#parts.slack.app.botUserId }
  }

  /** The person with this name; `options` count when the name is new. */
  person(name: string, options: MemberOptions = {}): Person {
    return this.#residents.person(name, options)
  }

  /** Makes a channel; `security` is C0SECURITY. */
  channel(name: string, options: ChannelOptions = {}): Conversation {
    return this.#residents.channel(name, options)
  }

  /** Makes a user group; `eng` is S0ENG. */
  group(handle: string, options: GroupOptions = {}): Group {
    return this.#residents.group(handle, options)
  }

  /** Every message that was ever shown in a conversation, to anybody, also those that were taken away. */
  everShown(where: Conversation): SeenMessage[] {
    return [...where.messages.values()].map((message) => seen(message, this.state))
  }

  /** Sets the request URL, such as `http://127.0.0.1:3000/slack/events`; without one, Socket Mode is used. */
  deliverTo(url: string | undefined): void {
    this.#parts.deliveries.requestUrl = url
  }

  /** Makes calls of a method fail (`*`: of every method; `response_url`: answers). The returned function ends it. */
  fails(method: string, fault: Fault): () => void {
    return this.#parts.faults.set(method, fault)
  }

  /**
   * Makes payloads go astray on their way to the bot: by kind (`command`, `interactive`, `event`), by type
   * (`block_actions`, `view_submission`, `user_change` …), by command, or all (`*`). The returned function ends it.
   */
  misdelivers(what: string, fault: DeliveryFault): () => void {
    return this.#parts.misdeliveries.set(what, fault)
  }

  /** The faults that are set now, of calls and of deliveries. */
  get faults(): readonly (StandingFault<Fault> | StandingFault<DeliveryFault>)[] {
    return [...this.#parts.faults.standing, ...this.#parts.misdeliveries.standing]
  }

  /** Ends every fault. */
  recovers(): void {
    this.#parts.faults.clear()
    this.#parts.misdeliveries.clear()
  }

  /** From now on answers 429 as Slack would, or does not. */
  limitsRates(isOn: boolean): void {
    this.#parts.rates.isOn = () => isOn
  }

  /** Slack is away: connections are reset, websockets cut, nobody can do anything. */
  goesDown(): void {
    this.#parts.server.goesDown()
  }

  comesUp(): void {
    this.#parts.server.comesUp()
  }

  get isDown(): boolean {
    return this.#parts.server.isDown
  }

  /** The latest calls of the Web API and of response URLs, oldest first. */
  get calls(): readonly Call[] {
    return this.#parts.api.calls
  }

  callsTo(method: string): Call[] {
    return this.calls.filter((call) => call.method === method)
  }

  forgetsCalls(): void {
    this.#parts.api.calls = []
  }

  /** The latest deliveries to the bot, oldest first, each once it was acknowledged or had failed. */
  get deliveries(): readonly Delivery[] {
    return this.#parts.deliveries.log
  }

  /** Delivers any payload as Slack would, properly signed or enveloped. Its kind is told by its fields. */
  delivers(payload: Payload, kind: PayloadKind = kindOf(payload)): Promise<Delivery> {
    return this.#parts.deliveries.deliver(kind, payload)
  }

  /** Asks the request URL whether it is the app's, as Slack does before it saves one. */
  async verifiesUrl(): Promise<boolean> {
    const challenge = randomBytes(24).toString('base64url')
    const { ack } = await this.delivers(urlVerification(this.#parts.slack, challenge))
    return ack.kind === 'acknowledged' && isChallenge(ack.body, challenge)
  }

  /** Sends the very same bytes, or the same envelope, again. */
  repeats(delivery: Delivery): Promise<Delivery> {
    return this.#parts.deliveries.repeat(delivery)
  }

  /** The headers of a properly signed body; another secret or instant (milliseconds) makes them wrong. */
  signs(body: string, { secret = this.signingSecret, at = this.#parts.slack.now() } = {}): Record<string, string> {
    return signatureHeaders(body, secret, at)
  }

  /** Sends bytes to the bot as an attacker would. */
  sends(body: string, headers: Readonly<Record<string, string>>, to?: string): Promise<HttpAnswer> {
    const url = to ?? this.#parts.deliveries.requestUrl
    if (url === undefined) throw new Error('the bot has no request URL')
    return postBytes(url, body, headers, this.#stopped.signal)
  }

  /** Sends any envelope over a Socket Mode connection. */
  sendsEnvelope(envelope: Envelope, withinMs = 3_000): Promise<Ack> {
    return this.#parts.slack.sockets.deliver(envelope, withinMs)
  }

  /** How many Socket Mode connections are open. */
  get sockets(): number {
    return this.#parts.slack.sockets.count
  }

  /** Announces that the connections will be replaced, as Slack does every few hours, and closes them `afterMs` later. */
  refreshesSockets(reason?: DisconnectReason, afterMs?: number): void {
    this.#parts.slack.sockets.refresh(reason, afterMs)
  }

  /** Cuts the connections without a word. */
  dropsSockets(): void {
    this.#parts.slack.sockets.drop()
  }

  /** Resolves as soon as `count` Socket Mode connections are open; `within` milliseconds. */
  waitsForSocket({ count = 1, within = 10_000 } = {}): Promise<number> {
    return this.#waitsForSockets((open) => open >= count, within)
  }

  /** Resolves as soon as no Socket Mode connection is open; `within` milliseconds. */
  waitsForNoSocket({ within = 10_000 } = {}): Promise<number> {
    return this.#waitsForSockets((open) => open === 0, within)
  }

  #waitsForSockets(isEnough: (open: number) => boolean, within: number): Promise<number> {
    const { sockets } = this.#parts.slack
    return until(sockets, {
      look: () => (isEnough(sockets.count) ? sockets.count : undefined),
      within,
      complaint: () => `${sockets.count} Socket Mode connections were open`,
    })
  }
}

function kindOf(payload: Payload): PayloadKind {
  if (payload.type === 'event_callback' || payload.type === 'url_verification') return 'event'
  return typeof payload.command === 'string' ? 'command' : 'interactive'
}

/** A challenge may come back as text, as a form or as JSON. */
function isChallenge(body: unknown, challenge: string): boolean {
  if (typeof body === 'string') return body === challenge || new URLSearchParams(body).get('challenge') === challenge
  return typeof body === 'object' && body !== null && 'challenge' in body && body.challenge === challenge
}
