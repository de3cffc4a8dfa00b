import { ApiError } from './api-error.ts'
import { Arguments, parsed, readArguments } from './arguments.ts'
import type { Fault, Faults } from './faults.ts'
import { app } from './methods/app.ts'
import { chat } from './methods/chat.ts'
import { conversations } from './methods/conversations.ts'
import { type Method, needScope } from './methods/method.ts'
import { people } from './methods/people.ts'
import { views } from './methods/views.ts'
import type { Rates } from './rates.ts'
import { reply } from './replies.ts'
import type { Slack } from './slack.ts'
import { directId } from './state.ts'
import type { Call } from './traffic.ts'

/** What goes back over HTTP, and in which manner if not at once. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly manner?: Extract<Fault, { kind: 'slow' | 'silent' | 'reset' | 'torn' }>
}

type Result = Readonly<Record<string, unknown>>

const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({ ...app, ...chat, ...conversations, ...people, ...views }),
)
const KEPT = 20_000

/** Slack's Web API, and the addresses for answers (`response_url`). */
export class WebApi {
  /** The latest calls, oldest first. */
  calls: Call[] = []
  readonly #slack: Slack
  readonly #faults: Faults<Fault>
  readonly #rates: Rates

  constructor(slack: Slack, faults: Faults<Fault>, rates: Rates) {
    this.#slack = slack
    this.#faults = faults
    this.#rates = rates
  }

  /** Answers one call of a method. */
  call(name: string, request: { contentType: string; authorization: string | undefined; body: string }): Response {
    let read: Record<string, unknown>
    try {
      read = readArguments(request.contentType, request.body)
    } catch (error) {
      return json(200, refusal(error))
    }
    const { token: inBody, ...args } = read
    const token = request.authorization?.replace(/^Bearer /i, '') ?? (typeof inBody === 'string' ? inBody : undefined)
    return this.#answer(name, args, {
      run: () => this.#run(name, token, new Arguments(args)),
      draw: (result) => json(200, result, this.#scopes()),
    })
  }

  /** Takes one answer by a `response_url`. */
  respond(path: string, text: string): Response {
    const body = parsed(text)
    return this.#answer('response_url', typeof body === 'object' && body !== null ? { ...body } : {}, {
      run: () => {
        reply(this.#slack, this.#slack.responseUrls.use(path), body)
        return { ok: true }
      },
      draw: drawReply,
    })
  }

  #answer(
    method: string,
    args: Record<string, unknown>,
    { run, draw }: { run: () => Result; draw: (result: Result) => Response },
  ): Response {
    const fault = this.#faults.strike([method], args)
    const wait = this.#rates.take(method, this.#conversation(new Arguments(args).text('channel')))
    const takesEffect = wait === 0 && (!fault || isAnswered(fault) || fault.applied)
    const result = takesEffect ? attempt(run) : { ok: false, error: 'ratelimited' }
    this.#record(method, args, fault ? nameOf(fault) : String(result.error ?? 'ok'))
    if (fault && !isAnswered(fault)) return failed(fault)
    return { ...(wait > 0 ? limited(wait) : draw(result)), ...(fault && { manner: fault }) }
  }

  /** A person stands for the direct conversation with that person. */
  #conversation(channel: string | undefined): string | undefined {
    const { members } = this.#slack.state
    return channel !== undefined && members.has(channel) ? directId(channel) : channel
  }

  #run(name: string, token: string | undefined, args: Arguments): Result {
    const method = METHODS.get(name)
    if (!method) throw new ApiError('unknown_method', { req_method: name })
    if (!method.takesAnyToken) this.#checkToken(token, method)
    return { ok: true, ...method.run(this.#slack, args) }
  }

  #checkToken(token: string | undefined, { takesAppToken = false, scope }: Method): void {
    const { app } = this.#slack
    if (!token) throw new ApiError('not_authed')
    if (token !== app.botToken && token !== app.appToken) throw new ApiError('invalid_auth')
    if ((token === app.appToken) !== takesAppToken) throw new ApiError('not_allowed_token_type')
    if (scope) needScope(this.#slack, scope)
  }

  #record(method: string, args: Record<string, unknown>, answer: string): void {
    const call = { method, args, at: this.#slack.now(), answer }
    this.calls.push(call)
    if (this.calls.length > KEPT * 2) this.calls = this.calls.slice(-KEPT)
    this.#slack.state.changed({ kind: 'call', call })
  }

  #scopes(): Record<string, string> {
    return { 'x-oauth-scopes': [...this.#slack.app.manifest.scopes].join(',') }
  }
}

const nameOf = (fault: Fault) => (fault.kind === 'error' ? fault.error : fault.kind)

function attempt(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): Result {
  if (error instanceof ApiError) return { ok: false, error: error.code, ...error.details }
  throw error
}

type Answered = Extract<Fault, { kind: 'slow' | 'torn' }>

/** Whether a call is answered in spite of its fault: late, or not to the end. */
function isAnswered(fault: Fault): fault is Answered {
  return fault.kind === 'slow' || fault.kind === 'torn'
}

function failed(fault: Exclude<Fault, Answered>): Response {
  switch (fault.kind) {
    case 'rate limited':
      return limited(fault.retryAfter)
    case 'status':
      return { status: fault.status, headers: { 'content-type': 'text/html' }, body: 'Server Error' }
    case 'error':
      return json(200, { ok: false, error: fault.error })
    case 'silent':
    case 'reset':
      return { status: 200, headers: {}, body: '', manner: fault }
  }
}

/** A `response_url` answers `ok`, or the error with a status that says so too. */
function drawReply(result: Result): Response {
  if (result.ok) return { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' }
  return json(result.error === 'expired_url' || result.error === 'used_url' ? 404 : 400, result)
}

function limited(seconds: number): Response {
  return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) })
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}
