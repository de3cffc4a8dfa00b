import { createHmac } from 'node:crypto'
import { type Adapter, AdapterError, type Call, type Held } from '../../../src/adapters/contract.ts'

/** Mistakes that adapters have really had, or nearly. */
export type Bug =
  | 'revoke takes 404 for success'
  | 'grant does not wait for the target'
  | 'redirects are followed'
  | 'abort is ignored'
  | 'holds is remembered'
  | 'revoke fails when there is nothing to revoke'
  | 'a broken line counts as a clean no'
  | 'holds says no when it cannot tell'
  | 'names are tidied up'
  | 'the secret stands in errors'
  | 'errors have no kind'
  | 'every 2xx is a yes'
  | 'revokes share one idempotency key'
  | 'revoke takes away only what this process gave'
  | 'the first end stays'
  | 'list remembers what was revoked'

interface Settings {
  readonly url: string
  readonly secret: string
}
type Operation = 'grant' | 'revoke' | 'holds' | 'list'

/** An adapter for the same target as `webhook`, written apart from it, with at most one planted bug. */
export class PlantedAdapter implements Adapter {
  readonly #settings: Settings
  readonly #bug: Bug | undefined
  readonly #remembered = new Map<string, boolean>()
  readonly #given = new Set<string>()
  readonly #ends = new Map<string, number>()
  readonly #listed: Held[] = []

  constructor(settings: Settings, bug?: Bug) {
    this.#settings = settings
    this.#bug = bug
  }

  async grant(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    const place = JSON.stringify([call.account, call.access])
    this.#given.add(call.grantId)
    if (!this.#ends.has(place)) this.#ends.set(place, call.expiresAt)
    const told = this.#has('the first end stays') ? { ...call, expiresAt: this.#ends.get(place)! } : call
    const asking = this.#ask('grant', told, signal)
    if (this.#has('grant does not wait for the target')) asking.catch(() => {})
    else await asking
  }

  async revoke(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    if (this.#has('revoke takes away only what this process gave') && !this.#given.has(call.grantId)) return
    if (this.#has('revoke fails when there is nothing to revoke') && !(await this.#ask('holds', call, signal))) {
      throw new AdapterError('rejected', 'There is no such access.')
    }
    await this.#ask('revoke', call, signal)
  }

  async holds(call: Call<unknown>, signal: AbortSignal): Promise<boolean> {
    const place = JSON.stringify([call.account, call.access])
    const remembered = this.#has('holds is remembered') ? this.#remembered.get(place) : undefined
    if (remembered !== undefined) return remembered
    try {
      const held = (await this.#ask('holds', call, signal)) === true
      this.#remembered.set(place, held)
      return held
    } catch (error) {
      if (this.#has('holds says no when it cannot tell')) return false
      throw error
    }
  }

  async list(signal: AbortSignal): Promise<Held[]> {
    const body = JSON.stringify({ operation: 'list' })
    const { grants } = (await this.#post(body, undefined, signal)) as {
      grants: { grant_id: string; account: string; entitlement: string }[]
    }
    const held = grants.map(({ grant_id: grantId, account, entitlement }) => ({ grantId, account, entitlement }))
    this.#listed.push(...held)
    return this.#has('list remembers what was revoked') ? this.#listed : held
  }

  #has(bug: Bug): boolean {
    return this.#bug === bug
  }

  async #ask(operation: Operation, call: Call<unknown>, signal: AbortSignal): Promise<unknown> {
    const account = this.#has('names are tidied up') ? call.account.trim().toLowerCase() : call.account
    const body = JSON.stringify({
      operation,
      grant_id: call.grantId,
      subject: call.subject,
      account,
      entitlement: call.entitlement,
      access: call.access,
      expires_at: new Date(call.expiresAt).toISOString(),
    })
    const round = this.#has('revokes share one idempotency key') ? 1 : call.round
    const keys = { grant: `${call.grantId}:grant`, revoke: `${call.grantId}:revoke:${round}` }
    const { held } = (await this.#post(body, keys[operation as keyof typeof keys], signal)) as { held?: unknown }
    if (typeof held === 'boolean' || this.#has('every 2xx is a yes')) return held
    throw this.#error('rejected', 'nonsense', true)
  }

  async #post(body: string, key: string | undefined, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) throw this.#error('unreachable', 'too late', false)
    const timestamp = Math.floor(Date.now() / 1_000)
    const digest = createHmac('sha256', this.#settings.secret).update(`${timestamp}.${body}`).digest('hex')
    const response = await this.#reach(() =>
      fetch(this.#settings.url, {
        method: 'POST',
        body,
        headers: {
          connection: 'close',
          'content-type': 'application/json',
          'x-breakglass-timestamp': String(timestamp),
          'x-breakglass-signature': `v1=${digest}`,
          ...(key ? { 'idempotency-key': key } : {}),
        },
        redirect: this.#has('redirects are followed') ? 'follow' : 'manual',
        ...(this.#has('abort is ignored') ? {} : { signal }),
      }),
    )
    const gone = response.status === 404 && body.includes('"operation":"revoke"')
    if (gone && this.#has('revoke takes 404 for success')) return { held: false }
    if (response.ok) return this.#parse(await this.#reach(() => response.text()))
    const again = response.status >= 500 || [408, 409, 425, 429].includes(response.status)
    throw this.#error(again ? 'unreachable' : 'rejected', `${response.status}`, again)
  }

  #parse(text: string): unknown {
    try {
      const answer: unknown = text.length > 65_536 ? undefined : JSON.parse(text)
      return typeof answer === 'object' && answer !== null ? answer : {}
    } catch {
      return {}
    }
  }

  async #reach<Value>(work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch {
      throw this.#error('unreachable', 'the line broke', !this.#has('a broken line counts as a clean no'))
    }
  }

  #error(kind: AdapterError['kind'], message: string, outcomeUnknown: boolean): Error {
    if (this.#has('errors have no kind')) return new Error(message)
    const said = this.#has('the secret stands in errors') ? `${message} (${this.#settings.secret})` : message
    return new AdapterError(kind, said, { outcomeUnknown })
  }
}
