import type { Copy } from './copy.ts'
import type { Request } from './request.ts'
import { accept, type Result, refuse } from './result.ts'

/** Where a button was pressed, and what the button carries. */
export interface Pressed {
  readonly copy: string
  readonly digest: string
  readonly channel: string
  readonly ts: string
  /** It was pressed on the person's Home, by what Slack has signed. */
  readonly home?: true | undefined
}

/** The copy that buttons on Home name: no message has this id. */
export const HOME_COPY = 'home'

/**
 * Whether a press is one on a card that we posted, in the state that was shown. Gives the copy with the message
 * recorded: the first press on a copy whose posting was never recorded records it.
 */
export function matchPress(
  pressed: Pressed,
  copy: Copy | undefined,
  request: Request,
  audience: Copy['audience'] | readonly Copy['audience'][],
): Result<{ readonly copy: Copy; readonly recorded: boolean } | { readonly copy: undefined; readonly recorded: true }> {
  if (pressed.home || pressed.copy === HOME_COPY) return matchHomePress(pressed, request)
  if (!copy || copy.request !== request.id || ![audience].flat().includes(copy.audience)) return stranger()
  if (pressed.digest !== request.digest) return refuse('terms-changed', 'That card shows other terms. Read it again.')
  if (copy.channel === null)
    return couldBe(copy, pressed) ? accept({ copy: at(copy, pressed), recorded: false }) : stranger()
  return copy.channel === pressed.channel && copy.ts === pressed.ts ? accept({ copy, recorded: true }) : stranger()
}

/** Home is drawn for one person, and no message: what he may do is the operation's to judge, as with a typed command. */
function matchHomePress({ home, copy, digest }: Pressed, request: Request) {
  if (!home || copy !== HOME_COPY) return stranger()
  if (digest !== request.digest) return refuse('terms-changed', 'Your Home showed other terms. Read it again.')
  return accept({ copy: undefined, recorded: true } as const)
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
