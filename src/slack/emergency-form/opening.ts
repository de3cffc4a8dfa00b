import type { ModalView } from '@slack/types'
import type { RequestId, SlackId } from '../../core/ids.ts'
import { type Result, refuse } from '../../core/result.ts'
import type { BreakableNow } from '../../operations/operations.ts'
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

/** Somebody pressed “Make it an emergency” on the card of a request of his that still waits, or waited in vain. */
export async function makeEmergency(deps: FormDeps, wish: Wish, { value }: PressBody): Promise<void> {
  try {
    const button = readButtonValue(value)
    const request = button && (await deps.store.request(button.request))
    const isHis = request?.terms.requester === wish.by
    const instead = request?.state === 'pending' ? request.id : undefined
    if (isHis && (instead !== undefined || request.state === 'lapsed'))
      return await openEmergencyForm(deps, wish, { entry: earlierEntry(request), instead })
    const { fresh, row } = await receive(deps, wish.sent)
    if (fresh) await deps.operations.reply({ inbox: row.id, sentence: isHis ? NOT_PENDING : NOT_YOURS })
  } catch (error) {
    deps.log.error({ err: error, inbox: wish.sent.id }, 'a press on Make it an emergency could not be handled')
  }
}

async function formFor(deps: FormDeps, by: SlackId, { entry, instead }: EmergencyEntry): Promise<ModalView> {
  const broken = await breakableBy(deps, by, entry.entitlement)
  if (!broken.ok) return closedEmergencyForm(sentence(broken.refusal.sentence))
  const { found, unknown } = broken.value
  if (found.length === 0) return closedEmergencyForm(nothingToBreak(deps.policy))
  const faults = { ...notBreakable(broken.value, entry), ...entry.faults }
  return emergencyForm({ found, unknown, fitted: fitEntry(found, { ...entry, faults }), instead, confirm: '' })
}

/** What was named and is not offered is said in place. */
function notBreakable({ found, unknown }: BreakableNow, { entitlement }: Entry) {
  const isOffered = entitlement === undefined || found.some((one) => one.entitlement === entitlement)
  if (isOffered) return {}
  return unknown.includes(entitlement) // which the form says by itself
    ? {}
    : { entitlement: `You cannot break the glass for ${entitlement}.` }
}

/** What somebody may break the glass for. A fault is logged, and told as a refusal. */
export async function breakableBy(
  { operations, log }: FormDeps,
  by: SlackId,
  wanted?: string,
): Promise<Result<BreakableNow>> {
  try {
    return await operations.glassFor(by, wanted)
  } catch (error) {
    log.error({ err: error }, 'what somebody may break the glass for could not be found out')
    return refuse('broken', 'Something broke here, so I cannot say what you may do. Try again in a minute.')
  }
}
