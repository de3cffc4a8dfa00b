import { type Change, merge, record } from './change.ts'
import type { Actor } from './event.ts'
import type { Freeze } from './freeze.ts'
import type { SlackId, Subject } from './ids.ts'
import type { Approval } from './request.ts'
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

/** Security lifts the freezes of somebody that it has seen. */
export function unfreeze(
  frozen: readonly Freeze[],
  { subject, by, note }: { readonly subject: Subject; readonly by: Actor; readonly note: string },
  now: number,
): Change {
  const thaws = [...Map.groupBy(frozen, ({ key }) => key)].map(([key, of]) => {
    return { key, at: now, by, count: of.length, newestAt: Math.max(...of.map(({ at }) => at)) }
  })
  return merge({ thaws }, record({ name: 'person.unfrozen', at: now, actor: by, subject, text: note }))
}

const FROZEN = {
  yours: 'You cannot be given access just now: security has to look at something first. They were told; ask them.',
  'the requester’s':
    'The requester cannot be given access just now: security has to look at something first. They were told.',
  'the approver’s': 'You cannot approve just now: security has to look at something first. They were told; ask them.',
} as const

/** Whether anything may be given to somebody with these freezes. */
export function notFrozen(frozen: readonly Freeze[], whose: keyof typeof FROZEN): Result<true> {
  return frozen.length === 0 ? accept(true) : refuse('frozen', FROZEN[whose])
}

/** The names under which a freeze is found. */
export function keysOf({ subject, id }: { readonly subject: Subject; readonly id: SlackId }): (Subject | SlackId)[] {
  return [subject, id]
}

/** The approvals that count: what was agreed to in the name of somebody who is frozen may not be his. */
export function countedVoices(approvals: readonly Approval[], frozen: readonly Freeze[]): readonly Approval[] {
  const keys = new Set(frozen.map(({ key }) => key))
  return approvals.filter(({ subject, by: id }) => !keysOf({ subject, id }).some((key) => keys.has(key)))
}
