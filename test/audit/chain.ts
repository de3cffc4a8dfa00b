import { GENESIS, type Link, type StoredEvent, seal } from '../../src/audit/seal.ts'
import type { EventDraft } from '../../src/core/event.ts'

export const SALT = '00112233445566778899aabbccddeeff'

export function makeEvent(event: Partial<EventDraft> = {}): EventDraft {
  return { name: 'request.opened', at: Date.UTC(2026, 10, 22, 3), actor: 'U0ANN', ...event }
}

/** A whole chain, every event with its own detail and text. */
export function makeChain(length: number): StoredEvent[] {
  const chain: StoredEvent[] = []
  let last: Link = GENESIS
  for (let n = 1; n <= length; n += 1) {
    const event = seal(makeEvent({ detail: { n }, text: `reason ${n}` }), last, SALT)
    chain.push(event)
    last = event
  }
  return chain
}

/** Another event in the place of one, with a hash that fits it: the work of somebody who knows the format. */
export function forge(event: StoredEvent, after: Link = previousOf(event)): StoredEvent {
  return seal(makeEvent({ name: 'request.approved', text: 'forged' }), after, SALT)
}

/** The link that an event was chained to. */
export function previousOf({ sequence, canonical }: StoredEvent): Link {
  return { sequence: sequence - 1, hash: JSON.parse(canonical).previous }
}
