import { randomBytes } from 'node:crypto'
import { ApiError } from './api-error.ts'

const TRIGGER_MS = 3_000
const RESPONSE_MS = 30 * 60_000
const RESPONSE_USES = 5
/** How many of each are remembered: older ones are unknown, as they are long past their time. */
const KEPT = 10_000

/** Trigger ids: three seconds, one use. */
export class Triggers {
  readonly #now: () => number
  readonly #issued = new Map<string, { readonly user: string; readonly until: number; used: boolean }>()

  constructor(now: () => number) {
    this.#now = now
  }

  issue(user: string): string {
    const id = `${this.#now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`
    this.#issued.set(id, { user, until: this.#now() + TRIGGER_MS, used: false })
    forgetOldest(this.#issued)
    return id
  }

  /** Exchanges a trigger for the person who pulled it. */
  exchange(id: string): string {
    const trigger = this.#issued.get(id)
    if (!trigger) throw new ApiError('invalid_trigger_id')
    if (trigger.used) throw new ApiError('exchanged_trigger_id')
    if (this.#now() >= trigger.until) throw new ApiError('expired_trigger_id')
    trigger.used = true
    return trigger.user
  }
}

/** Where answers by a `response_url` go. */
export interface Reply {
  readonly channel: string
  readonly user: string
  /** The message whose button was pressed; nothing after a command. */
  readonly original: string | undefined
}

/** Response URLs: thirty minutes, five uses. */
export class ResponseUrls {
  readonly #now: () => number
  readonly #issued = new Map<string, { readonly reply: Reply; readonly until: number; uses: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Issues a path below the workspace's own address. */
  issue(kind: 'commands' | 'actions' | 'app', team: string, reply: Reply): string {
    const path = `/${kind}/${team}/${randomBytes(6).readUIntBE(0, 6)}/${randomBytes(18).toString('base64url')}`
    this.#issued.set(path, { reply, until: this.#now() + RESPONSE_MS, uses: 0 })
    forgetOldest(this.#issued)
    return path
  }

  /** Uses it once. */
  use(path: string): Reply {
    const issued = this.#issued.get(path)
    if (!issued || this.#now() >= issued.until) throw new ApiError('expired_url')
    if (issued.uses >= RESPONSE_USES) throw new ApiError('used_url')
    issued.uses += 1
    return issued.reply
  }
}

function forgetOldest(issued: Map<string, unknown>): void {
  if (issued.size <= KEPT) return
  for (const oldest of issued.keys()) {
    issued.delete(oldest)
    return
  }
}
