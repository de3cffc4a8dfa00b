import type { Adapter, Call, Held } from '../contract.ts'
import type { WebhookSettings } from './definition.ts'
import { bodyOf, type FreeAccess, LIST_BODY, readHeld, readList } from './message.ts'
import { type Message, signedPost } from './signed-post.ts'

/** Says what the target answers; a grant that is “not yet” and a revoke that is “still” are found by asking `holds`. */
export class WebhookAdapter implements Adapter<FreeAccess> {
  readonly #settings: WebhookSettings
  readonly #now: () => number

  /** @param now milliseconds since 1970; signatures are dated by it */
  constructor(settings: WebhookSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  /** Never sent twice for one attempt: of a first one that is lost, the caller must hear. */
  async grant(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    const message = { body: bodyOf('grant', call), idempotencyKey: `${call.grantId}:grant`, alone: true }
    readHeld(await this.#post(message, signal))
  }

  async revoke(call: Call<FreeAccess>, signal: AbortSignal): Promise<void> {
    const message = { body: bodyOf('revoke', call), idempotencyKey: `${call.grantId}:revoke:${call.round}` }
    readHeld(await this.#post(message, signal))
  }

  async holds(call: Call<FreeAccess>, signal: AbortSignal): Promise<boolean> {
    return readHeld(await this.#post({ body: bodyOf('holds', call) }, signal))
  }

  async list(signal: AbortSignal): Promise<Held[]> {
    return readList(await this.#post({ body: LIST_BODY }, signal))
  }

  #post(message: Message, signal: AbortSignal): Promise<Uint8Array> {
    return signedPost(this.#settings, message, { now: this.#now(), signal })
  }
}
