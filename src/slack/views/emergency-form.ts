import type { InputBlock, KnownBlock, ModalView } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import type { RequestId } from '../../core/ids.ts'
import type { Policy } from '../../core/policy.ts'
import type { Breakable } from '../../operations/operations.ts'
import { writeGlassMetadata } from '../emergency-form/metadata.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { code, escaped, unformatted } from '../markup.ts'
import type { Fitted } from '../request-form/fit.ts'
import { clip, context, plainText, section } from './blocks.ts'
import { input, MOST_TYPED, reasonInput, ttlInput } from './form-fields.ts'
import { entitlementInput, purposeInput } from './request-form.ts'

/** What is shown until it is known what the person may break the glass for. */
export function loadingEmergencyForm(): ModalView {
  return formOf('Cancel', [section('Looking up what you may break the glass for…')])
}

/** There is no form to fill in; `text` says why, in markup. */
export function closedEmergencyForm(text: string): ModalView {
  return formOf('Close', [section(clip(text, MOST_TYPED))])
}

/** For somebody who may break the glass for nothing. */
export function nothingToBreak({ command }: Pick<Policy, 'command'>): string {
  return `There is nothing that you may break the glass for. Ask as usual: ${code(command)}`
}

export interface EmergencyForm {
  readonly found: readonly Breakable[]
  /** Entitlements of which nobody could tell whether he may. */
  readonly unknown: readonly string[]
  readonly fitted: Fitted
  /** The request that he would no longer wait for. */
  readonly instead: RequestId | undefined
  /** The entitlement's name as typed so far. */
  readonly confirm: string
}

/** Says what will happen, and asks for what it takes; what belongs to an entitlement is drawn once one is chosen. */
export function emergencyForm({ found, unknown, fitted, instead, confirm }: EmergencyForm): ModalView {
  const { chosen, faults, ttlMs } = fitted
  const broken = found.find(({ entitlement }) => entitlement === chosen?.askable.entitlement)
  const early = chosen ? [] : [faults.purpose, faults.ttl] // their fields are not there to say it
  const wrong = [faults.entitlement, ...early].filter((fault) => fault !== undefined).join(' ')
  const blocks: KnownBlock[] = [
    section(broken ? whatHappens(broken) : WHAT_HAPPENS),
    entitlementInput(found, chosen, wrong),
    ...(unknown.length === 0 ? [] : [context(notKnown(unknown))]),
    ...(chosen ? [purposeInput(chosen, fitted), ttlInput(chosen.rule, fitted)] : []),
    reasonInput(chosen?.rule, fitted),
    confirmInput(broken, confirm, faults.confirm),
    ...(instead === undefined ? [] : [context(`${instead} is cancelled then: you no longer wait for it.`)]),
  ]
  const metadata = writeGlassMetadata({ instead, ttlMs: chosen ? undefined : ttlMs, about: fitted.about })
  return { ...formOf('Cancel', blocks), submit: plainText('Break the glass'), private_metadata: metadata }
}

/** More than this are counted. */
const MOST_NAMED = 10

function notKnown(unknown: readonly string[]): string {
  const more = unknown.length - MOST_NAMED
  const which = `${unknown.slice(0, MOST_NAMED).map(code).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `I could not look up just now whether you may break the glass for ${which}: open this again in a minute, or ask as usual.`
}

const WHAT_HAPPENS =
  '*You get access at once, without approval.* Approvers and the security channel are told loudly, and somebody reviews it afterwards. For emergencies in which nobody can approve.'

function whatHappens({ title, entitlement, target, told, review }: Breakable): string {
  const what = `${unformatted(clip(title.trim(), 150))} (${code(entitlement)}) on ${escaped(clip(target, 100))}`
  const whom = [...told, 'the security channel'].map((name) => escaped(clip(name, 64)))
  const within = formatDuration(review.withinMs)
  return [
    `*You get ${what} at once, without approval,* for the time that you choose.`,
    `Told at once, each with a button to take it away: ${clip(whom.join(', '), 800)}.`,
    `A review is owed by ${escaped(clip(review.by.join(', '), 300))} within ${within}, and you will be asked to write what you did. While a review is overdue you cannot break the glass again.`,
  ].join('\n')
}

/** Typed in full, so that nobody breaks the glass with a slip of the finger. Never filled in for him. */
function confirmInput(chosen: Breakable | undefined, typed: string, fault: string | undefined): InputBlock {
  const element = { type: 'plain_text_input', action_id: INPUT.confirm, placeholder: plainText('its-name') } as const
  const kept = typed === '' ? element : { ...element, initial_value: typed.slice(0, 100).toWellFormed() }
  const hint = chosen ? `To be sure that it is what you mean: ${chosen.entitlement}` : undefined
  return input(INPUT.confirm, 'Type its name in full', kept, { fault, hint })
}

function formOf(close: string, blocks: KnownBlock[]): ModalView {
  const title = plainText('Break the glass')
  return { type: 'modal', callback_id: CALLBACK.emergency, title, close: plainText(close), blocks }
}
