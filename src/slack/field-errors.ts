import type { Store } from '../core/store.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import type { Operations } from '../operations/operations.ts'
import { CALLBACK, INPUT } from './ids.ts'
import type { SubmissionBody } from './inbox-body.ts'
import { formFaults } from './request-form/checking.ts'

type FieldErrors = Readonly<Record<string, string>>

interface FieldErrorDeps {
  readonly operations: Pick<Operations, 'wouldAccept'>
  readonly store: Pick<Store, 'inboxRow'>
}

/** What is wrong with a submitted form, by the `block_id` of the input. A duplicate was judged when it came first. */
export async function fieldErrors(
  deps: FieldErrorDeps,
  id: string,
  body: SubmissionBody,
): Promise<FieldErrors | undefined> {
  if (body.callback === CALLBACK.deny) return denyFaults(body)
  if (body.callback !== CALLBACK.request) return undefined
  const duplicate = await deps.store.inboxRow(id).catch(() => undefined)
  return duplicate ? undefined : formFaults(deps, body)
}

function denyFaults({ values }: SubmissionBody): FieldErrors | undefined {
  const note = checkText(values[INPUT.reason] ?? '', MOST_NOTE)
  if (!note.ok) return { [INPUT.reason]: note.refusal.sentence }
  return note.value === '' ? { [INPUT.reason]: 'Say why: the requester reads this.' } : undefined
}
