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

/** One call that reached the workspace; `response_url` counts as a method. */
export interface Call {
  readonly method: string
  /** The arguments as they came, without the token; structured ones parsed. */
  readonly args: Readonly<Record<string, unknown>>
  readonly at: number
  /** `ok`, or the error that was answered, or the kind of fault that struck it. */
  readonly answer: string
}

/** What goes back over HTTP, and in which manner if not at once. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly manner?: Extract<Fault, { kind: 'slow' | 'silent' | 'reset' }>
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
  readonly #faults: Faults
  readonly #rates: Rates | undefined

  constructor(slack: Slack, faults: Faults, rates: Rates | undefined) {
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
    const fault = this.#faults.strike(method, args)
    const wait = this.#rates?.take(method, new Arguments(args).text('channel')) ?? 0
    const takesEffect = wait === 0 && (!fault || fault.applied || fault.kind === 'slow')
    const result = takesEffect ? attempt(run) : { ok: false, error: 'ratelimited' }
    this.#record(method, args, fault ? nameOf(fault) : String(result.error ?? 'ok'))
    if (fault && fault.kind !== 'slow') return failed(fault)
    return { ...(wait > 0 ? limited(wait) : draw(result)), ...(fault && { manner: fault }) }
  }

  #run(name: string, token: string | undefined, args: Arguments): Result {
    const { app } = this.#slack
    const method = METHODS.get(name)
    if (!method) throw new ApiError('unknown_method', { req_method: name })
    if (!token) throw new ApiError('not_authed')
    if (token !== app.botToken && token !== app.appToken) throw new ApiError('invalid_auth')
    if ((token === app.appToken) !== (method.takesAppToken ?? false)) throw new ApiError('not_allowed_token_type')
    if (method.scope) needScope(this.#slack, method.scope)
    return { ok: true, ...method.run(this.#slack, args) }
  }

  #record(method: string, args: Record<string, unknown>, answer: string): void {
    this.calls.push({ method, args, at: this.#slack.now(), answer })
    if (this.calls.length > KEPT * 2) this.calls = this.calls.slice(-KEPT)
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

function failed(fault: Exclude<Fault, { kind: 'slow' }>): Response {
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
