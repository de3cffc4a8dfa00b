import type { Store } from '../core/store.ts'
import type { Operations } from '../operations/operations.ts'
import { emergencyFaults } from './emergency-form/checking.ts'
import { extendFaults } from './extend-form/checking.ts'
import { CALLBACK } from './ids.ts'
import type { SubmissionBody } from './inbox-body.ts'
import { formFaults } from './request-form/checking.ts'
import { noteFaults, reviewFaults } from './review-form/checking.ts'
import { shortenFaults } from './shorten-form/checking.ts'

type FieldErrors = Readonly<Record<string, string>>

interface FieldErrorDeps {
  readonly operations: Pick<Operations, 'wouldAccept' | 'wouldExtend' | 'wouldShorten' | 'wouldBreakGlass'>
  readonly store: Pick<Store, 'inboxRow'>
}

/** What is wrong with a submitted form, by the `block_id` of the input. A duplicate was judged when it came first. */
export async function fieldErrors(
  deps: FieldErrorDeps,
  id: string,
  body: SubmissionBody,
): Promise<FieldErrors | undefined> {
  if (body.callback === CALLBACK.deny) return noteFaults(body.values, 'Say why: the requester reads this.')
  if (body.callback === CALLBACK.revoke) return noteFaults(body.values, 'Say why: it is kept in the audit log.')
  if (body.callback === CALLBACK.review) return reviewFaults(body)
  if (!ASKING.has(body.callback)) return undefined
  const duplicate = await deps.store.inboxRow(id).catch(() => undefined)
  if (duplicate) return undefined
  if (body.callback === CALLBACK.shorten) return shortenFaults(deps.operations, body)
  if (body.callback === CALLBACK.emergency) return emergencyFaults(deps.operations, body)
  return body.callback === CALLBACK.extend ? extendFaults(deps.operations, body) : formFaults(deps, body)
}

/** Forms that lead to access: whether it could be had is looked up. */
const ASKING: ReadonlySet<string> = new Set([CALLBACK.request, CALLBACK.extend, CALLBACK.emergency, CALLBACK.shorten])
