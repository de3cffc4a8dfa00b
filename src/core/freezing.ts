import { type Change, merge, record } from './change.ts'
import type { Actor } from './event.ts'
import type { Freeze } from './freeze.ts'
import type { SlackId, Subject } from './ids.ts'
import { accept, type Result, refuse } from './result.ts'

/** Freezes somebody, under each of these names: nothing is given to him until security lifts it. */
export function freeze(keys: readonly (Subject | SlackId)[], facts: Omit<Freeze, 'key'>): Change {
  const { at, by, why, request } = facts
  const [subject] = keys
  const event = {
    name: 'person.frozen',
    at,
    actor: by,
    subject,
    request: request ?? undefined,
    detail: { why },
  } as const
  return merge({ freezes: keys.map((key) => ({ ...facts, key })) }, record(event))
}

/** Security lifts the freezes of somebody. */
export function unfreeze(
  frozen: readonly Freeze[],
  { subject, by, note }: { readonly subject: Subject; readonly by: Actor; readonly note: string },
  now: number,
): Change {
  const keys = [...new Set(frozen.map(({ key }) => key))]
  return merge(
    { thaws: keys.map((key) => ({ key, at: now, by })) },
    record({ name: 'person.unfrozen', at: now, actor: by, subject, text: note }),
  )
}

/** Whether anything may be given to somebody with these freezes. */
export function notFrozen(frozen: readonly Freeze[], whose: 'yours' | 'the requester’s'): Result<true> {
  if (frozen.length === 0) return accept(true)
  const sentence =
    whose === 'yours'
      ? 'You cannot be given access just now: security has to look at something first. They were told; ask them.'
      : 'The requester cannot be given access just now: security has to look at something first.'
  return refuse('frozen', sentence)
}
