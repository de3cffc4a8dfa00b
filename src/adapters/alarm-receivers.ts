import { createHash } from 'node:crypto'
import type { WebhookSettings } from './webhook/definition.ts'
import { type Message, signedPost } from './webhook/signed-post.ts'

/**
 * Who is alarmed beside Slack. A receiver's name is its host and a hash of its address, which may hold a secret: it stays
 * the same while others come and go.
 *
 * @param now milliseconds since 1970; signatures are dated by it
 */
export function alarmReceivers(webhooks: readonly WebhookSettings[], now: () => number) {
  const byName = new Map(webhooks.map((webhook) => [nameOf(webhook), webhook]))
  return {
    names: [...byName.keys()],
    /** @throws {AdapterError} when it did not take the message */
    async post(name: string, message: Message, signal: AbortSignal): Promise<void> {
      const webhook = byName.get(name)
      if (webhook) await signedPost(webhook, message, { now: now(), signal })
    },
  }
}

function nameOf({ url }: WebhookSettings): string {
  const digest = createHash('sha256').update(url).digest('hex')
  return `${new URL(url).host} ${digest.slice(0, 8)}`
}
