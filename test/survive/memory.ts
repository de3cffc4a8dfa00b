import type { Saw } from '../../src/workspace/person.ts'

/** What people did, as they would tell it afterwards: the proof compares it with what the bot wrote down. */
export interface Ask {
  readonly by: string
  /** An entitlement, or the request of what he has, when he asks for more time. */
  readonly what: string
  /** No two alike. */
  readonly reason: string
}

export interface Press {
  readonly by: string
  readonly action: string
  readonly request: string
}

/** Something that the bot acknowledged, and so owes an answer for. */
export interface Owed {
  readonly inbox: string
  readonly by: string
  readonly what: string
  /** Of the ask, if it was one. */
  readonly reason: string | undefined
}

export class Memory {
  readonly asks: Ask[] = []
  readonly presses: Press[] = []
  readonly owed: Owed[] = []
  /** What was acknowledged and what was not, by kind. */
  readonly counts = new Map<string, { acknowledged: number; failed: number }>()

  /** Notes how something that was said came out. */
  heard(kind: string, saw: Saw, about: Omit<Owed, 'inbox' | 'what'>): void {
    const count = this.counts.get(kind) ?? { acknowledged: 0, failed: 0 }
    this.counts.set(kind, count)
    if (!saw.acknowledged) {
      count.failed += 1
      return
    }
    count.acknowledged += 1
    if (saw.message) return // told at once, with a form in place of what was asked
    const inbox = inboxIdOf(saw)
    if (kind !== 'press deny' && inbox) this.owed.push({ ...about, inbox, what: kind }) // that one only opens a form
  }
}

/** The id under which the bot stores it: what Slack makes unique. */
function inboxIdOf({ delivery }: Saw): string | undefined {
  const wire = delivery?.wire
  if (wire?.via === 'socket') return wire.envelope.envelope_id
  return wire?.via === 'http' ? wire.headers['x-slack-signature'] : undefined
}
