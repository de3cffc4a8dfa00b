import type { Copy } from './copy.ts'
import type { Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'

/** Where a button was pressed, and what the button carries. */
export interface Pressed {
  readonly copy: string
  readonly digest: string
  readonly channel: string
  readonly ts: string
}

/**
 * Whether a press is one on a card that we posted, in the state that was shown. Gives the copy with the message
 * recorded: the first press on a copy whose posting was never recorded records it.
 */
export function matchPress(
  pressed: Pressed,
  copy: Copy | undefined,
  request: Request,
  audience: Copy['audience'],
): Result<{ readonly copy: Copy; readonly recorded: boolean }> {
  if (!copy || copy.request !== request.id || copy.audience !== audience) return stranger()
  if (pressed.digest !== request.digest) return refuse('terms-changed', 'That card shows other terms. Read it again.')
  if (copy.channel === null)
    return couldBe(copy, pressed) ? accept({ copy: at(copy, pressed), recorded: false }) : stranger()
  return copy.channel === pressed.channel && copy.ts === pressed.ts ? accept({ copy, recorded: true }) : stranger()
}

/** A DM is posted to a person's id and answered with a conversation's, so only a channel can be compared. */
function couldBe(copy: Copy, pressed: Pressed): boolean {
  return copy.destination === pressed.channel || /^[UW]/.test(copy.destination)
}

function at(copy: Copy, { channel, ts }: Pressed): Copy {
  return { ...copy, channel, ts }
}

function stranger() {
  return refuse('unknown-card', 'That is not a card of this bot, or an old one. Use the newest card of the request.')
}
