import type { Store } from '../core/store.ts'
import { checkText, MOST_NOTE } from '../core/typed-text.ts'
import type { Operations } from '../operations/operations.ts'
import { extendFaults } from './extend-form/checking.ts'
import { CALLBACK, INPUT } from './ids.ts'
import type { SubmissionBody } from './inbox-body.ts'
import { formFaults } from './request-form/checking.ts'

type FieldErrors = Readonly<Record<string, string>>

interface FieldErrorDeps {
  readonly operations: Pick<Operations, 'wouldAccept' | 'wouldExtend'>
  readonly store: Pick<Store, 'inboxRow'>
}

/** What is wrong with a submitted form, by the `block_id` of the input. A duplicate was judged when it came first. */
export async function fieldErrors(
  deps: FieldErrorDeps,
  id: string,
  body: SubmissionBody,
): Promise<FieldErrors | undefined> {
  if (body.callback === CALLBACK.deny) return denyFaults(body)
  if (body.callback !== CALLBACK.request && body.callback !== CALLBACK.extend) return undefined
  const duplicate = await deps.store.inboxRow(id).catch(() => undefined)
  if (duplicate) return undefined
  return body.callback === CALLBACK.extend ? extendFaults(deps.operations, body) : formFaults(deps, body)
}

function denyFaults({ values }: SubmissionBody): FieldErrors | undefined {
  const note = checkText(values[INPUT.reason] ?? '', MOST_NOTE)
  if (!note.ok) return { [INPUT.reason]: note.refusal.sentence }
  return note.value === '' ? { [INPUT.reason]: 'Say why: the requester reads this.' } : undefined
}
