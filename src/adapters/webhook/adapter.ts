import type { Adapter, Call, Held } from '../contract.ts'
import type { WebhookSettings } from './definition.ts'
import { bodyOf, type FreeAccess, LIST_BODY, readHeld, readList } from './message.ts'
import { signedPost } from './signed-post.ts'

/** Says what the target answers; a grant that is “not yet” and a revoke that is “still” are found by asking `holds`. */
export class WebhookAdapter implements Adapter<FreeAccess> {
  readonly #settings: WebhookSettings
  readonly #now: () => number

  /** @param now milliseconds since 1970; signatures are dated by it */
  constructor(settings: WebhookSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  async grant(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    readHeld(await this.#post(bodyOf('grant', call), signal, `${call.grantId}:grant`))
  }

  async revoke(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    readHeld(await this.#post(bodyOf('revoke', call), signal, `${call.grantId}:revoke:${call.round}`))
  }

  async holds(call: Call<FreeAccess>, signal: AbortSignal): Promise<boolean> {
    return readHeld(await this.#post(bodyOf('holds', call), signal))
  }

  async list(signal: AbortSignal): Promise<Held[]> {
    return readList(await this.#post(LIST_BODY, signal))
  }

  #post(body: string, signal: AbortSignal, idempotencyKey?: string): Promise<Uint8Array> {
    return signedPost(this.#settings, { body, idempotencyKey }, { now: this.#now(), signal })
  }
}
