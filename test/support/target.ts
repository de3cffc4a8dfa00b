import { type Adapter, AdapterError, type Call } from '../../src/adapters/contract.ts'

type Operation = 'grant' | 'revoke' | 'holds'
/** What a call does instead of working: once for each entry. `lost` takes effect and fails, `late` fails and takes effect later. */
export type Mishap = 'refused' | 'unreachable' | 'lost' | 'late' | 'hang' | 'nothing' | 'misconfigured'

/** A target in memory: the truth about who has access, and a way to let calls go wrong. */
export class FakeTarget implements Adapter {
  /** `account access`, as JSON. */
  readonly held = new Set<string>()
  readonly calls: string[] = []
  /** Effects of calls that were given up and still land. */
  readonly underWay: (() => void)[] = []
  readonly mishaps: Record<Operation, Mishap[]> = { grant: [], revoke: [], holds: [] }
  /** Called in the middle of each call. */
  during: (operation: Operation, call: Call<unknown>) => Promise<void> | void = () => {}
  busy = new Map<string, number>()
  /** The most calls at once on one (account, access). */
  overlaps = 0

  async grant(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    await this.#work('grant', call, signal, () => this.held.add(keyOf(call)))
  }

  async revoke(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    await this.#work('revoke', call, signal, () => this.held.delete(keyOf(call)))
  }

  async holds(call: Call<unknown>, signal: AbortSignal): Promise<boolean> {
    await this.#work('holds', call, signal, () => undefined)
    return this.held.has(keyOf(call))
  }

  /** What was under way takes effect. */
  lands(): void {
    for (const effect of this.underWay.splice(0)) effect()
  }

  async #work(operation: Operation, call: Call<unknown>, signal: AbortSignal, effect: () => void): Promise<void> {
    const key = keyOf(call)
    this.busy.set(key, (this.busy.get(key) ?? 0) + 1)
    this.overlaps = Math.max(this.overlaps, this.busy.get(key) ?? 0)
    this.calls.push(`${operation} ${call.grantId}`)
    try {
      await this.during(operation, call)
      await this.#mishap(this.mishaps[operation].shift(), signal, effect)
    } finally {
      this.busy.set(key, (this.busy.get(key) ?? 0) - 1)
    }
  }

  async #mishap(mishap: Mishap | undefined, signal: AbortSignal, effect: () => void): Promise<void> {
    switch (mishap) {
      case undefined:
        effect()
        return
      case 'nothing':
        return
      case 'refused':
        throw new AdapterError('rejected', 'The target said no.')
      case 'misconfigured':
        throw new AdapterError('misconfigured', 'The key is wrong.')
      case 'unreachable':
        throw new AdapterError('unreachable', 'Nobody is there.')
      case 'lost':
        effect()
        throw new AdapterError('unreachable', 'The line broke.', { outcomeUnknown: true })
      case 'late':
        this.underWay.push(effect)
        throw new AdapterError('unreachable', 'No answer in time.', { outcomeUnknown: true })
      case 'hang':
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    }
  }
}

function keyOf({ account, access }: Pick<Call<unknown>, 'account' | 'access'>): string {
  return `${account} ${JSON.stringify(access)}`
}
