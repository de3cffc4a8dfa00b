import type { ModalView } from '@slack/types'
import type { RequestId, SlackId } from '../../core/ids.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { Breakable } from '../../operations/operations.ts'
import { readButtonValue } from '../button-value.ts'
import { receive } from '../inbox.ts'
import type { PressBody } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type FormDeps, openModal, type Wish } from '../open-modal.ts'
import { type Entry, earlierEntry } from '../request-form/entry.ts'
import { fitEntry } from '../request-form/fit.ts'
import { closedEmergencyForm, emergencyForm, loadingEmergencyForm, nothingToBreak } from '../views/emergency-form.ts'

const NOT_YOURS = 'Only the person who asked for this can break the glass instead. For yourself, type the command.'
const NOT_PENDING = 'That request does not wait any more. Look at its newest card, or at “mine”.'

/** What the form shall hold. */
export interface EmergencyEntry {
  readonly entry: Entry
  /** The request that is no longer waited for. */
  readonly instead: RequestId | undefined
}

/** Opens the form to break the glass. Never throws. */
export async function openEmergencyForm(deps: FormDeps, wish: Wish, shall: EmergencyEntry): Promise<void> {
  await openModal(deps, wish, { loading: loadingEmergencyForm(), draw: () => formFor(deps, wish.by, shall) })
}

/** Somebody pressed “Make it an emergency” on the card of a request of his that still waits. */
export async function makeEmergency(deps: FormDeps, wish: Wish, { value }: PressBody): Promise<void> {
  try {
    const button = readButtonValue(value)
    const request = button && (await deps.store.request(button.request))
    const isHis = request?.terms.requester === wish.by
    if (isHis && request.state === 'pending')
      return await openEmergencyForm(deps, wish, { entry: earlierEntry(request), instead: request.id })
    const { fresh, row } = await receive(deps, wish.sent)
    if (fresh) await deps.operations.reply({ inbox: row.id, sentence: isHis ? NOT_PENDING : NOT_YOURS })
  } catch (error) {
    deps.log.error({ err: error, inbox: wish.sent.id }, 'a press on Make it an emergency could not be handled')
  }
}

async function formFor(deps: FormDeps, by: SlackId, { entry, instead }: EmergencyEntry): Promise<ModalView> {
  const found = await breakableBy(deps, by)
  if (!found.ok) return closedEmergencyForm(sentence(found.refusal.sentence))
  if (found.value.length === 0) return closedEmergencyForm(nothingToBreak(deps.policy))
  const fitted = fitEntry(found.value, { ...entry, faults: { ...notBreakable(found.value, entry), ...entry.faults } })
  return emergencyForm({ found: found.value, fitted, instead, confirm: '' })
}

/** What was named and is not offered is said in place. */
function notBreakable(found: readonly Breakable[], { entitlement }: Entry) {
  const isOffered = entitlement === undefined || found.some((one) => one.entitlement === entitlement)
  return isOffered ? {} : { entitlement: `You cannot break the glass for ${entitlement}.` }
}

/** What somebody may break the glass for. A fault is logged, and told as a refusal. */
export async function breakableBy({ operations, log }: FormDeps, by: SlackId): Promise<Result<readonly Breakable[]>> {
  try {
    return await operations.glassFor(by)
  } catch (error) {
    log.error({ err: error }, 'what somebody may break the glass for could not be found out')
    return refuse('broken', 'Something broke here, so I cannot say what you may do. Try again in a minute.')
  }
}
