import type { ExternalSelect, InputBlock, KnownBlock, ModalView, PlainTextOption, StaticSelect } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import type { Policy } from '../../core/policy.ts'
import type { Askable, AskableRule } from '../../operations/operations.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { escaped, mention, mentionGroup, plainSentence } from '../markup.ts'
import { writeMetadata } from '../request-form/entry.ts'
import { type Choice, type Fitted, purposesOf } from '../request-form/fit.ts'
import { clip, context, plainText, section } from './blocks.ts'
import { entitlementOption, MOST_OPTIONS, purposeOption, ttlOption, ttlsFor } from './request-choices.ts'

/** Slack takes no longer text into a field. */
const MOST_TYPED = 3_000
const MOST_CALLED = 5

/** What is shown until it is known what the person may ask for. */
export function loadingForm(): ModalView {
  return formOf('Cancel', [section('Looking up what you can ask for…')])
}

/** There is no form to fill in; `text` says why, in markup. */
export function closedForm(text: string): ModalView {
  return formOf('Close', [section(clip(text, MOST_TYPED))])
}

/** For somebody who may ask for nothing: who could help. */
export function nothingToAskFor({ people }: Pick<Policy, 'people'>): string {
  const called = people.security.map(({ name, source }) => {
    if (source.kind === 'usergroup') return mentionGroup(source.id)
    return source.members.length <= MOST_CALLED ? source.members.map(mention).join(', ') : escaped(name)
  })
  return `There is nothing that you can ask for now. If there should be, ask the security people: ${called.join(', ')}.`
}

/** The form as it is filled in so far; what belongs to an entitlement is drawn once one is chosen. */
export function requestForm(found: readonly Askable[], fitted: Fitted): ModalView {
  const { chosen, faults, ttlMs } = fitted
  const early = chosen ? [] : [faults.purpose, faults.ttl] // their fields are not there to say it
  const wrong = [faults.entitlement, ...early].filter((fault) => fault !== undefined).join(' ')
  const blocks: KnownBlock[] = [
    entitlementInput(found, chosen, wrong),
    ...(chosen ? [purposeInput(chosen, fitted), ttlInput(chosen.rule, fitted)] : []),
    reasonInput(chosen?.rule, fitted),
    ...(chosen ? [context(whatHappens(chosen))] : []),
  ]
  return { ...formOf('Cancel', blocks), submit: plainText('Ask'), private_metadata: chosen ? '' : writeMetadata(ttlMs) }
}

/** The form without the menus whose choice is offered no more: Slack keeps a choice as long as its menu is there. */
export function withoutMenus(form: ModalView, menus: readonly string[]): ModalView {
  return { ...form, blocks: form.blocks.filter(({ block_id: id }) => id === undefined || !menus.includes(id)) }
}

function formOf(close: string, blocks: KnownBlock[]): ModalView {
  const title = plainText('Ask for access')
  return { type: 'modal', callback_id: CALLBACK.request, title, close: plainText(close), blocks }
}

function entitlementInput(found: readonly Askable[], chosen: Choice | undefined, wrong: string): InputBlock {
  const initial = chosen && entitlementOption(chosen.askable)
  const facts = { action_id: INPUT.entitlement, ...(initial ? { initial_option: initial } : {}) }
  const element: StaticSelect | ExternalSelect =
    found.length > MOST_OPTIONS
      ? { type: 'external_select', ...facts, min_query_length: 0, placeholder: plainText('Type a part of its name') }
      : { type: 'static_select', ...facts, placeholder: plainText('Choose'), options: found.map(entitlementOption) }
  return {
    ...input(INPUT.entitlement, 'What do you need?', element, { fault: wrong }),
    dispatch_action: true,
  }
}

function purposeInput({ askable }: Choice, { purpose, faults }: Fitted): InputBlock {
  const purposes = purposesOf(askable)
  const options = purposes.slice(0, MOST_OPTIONS).map(purposeOption)
  const more = purposes.length > options.length ? 'Others can be named in one line.' : undefined
  const element = menu(INPUT.purpose, options, purpose)
  return {
    ...input(INPUT.purpose, 'What for?', element, { fault: faults.purpose, hint: more }),
    dispatch_action: askable.rules.length > 1, // another rule may count for another purpose
  }
}

function ttlInput(rule: AskableRule, { ttlMs, faults }: Fitted): InputBlock {
  const options = ttlsFor(rule, ttlMs).map((ms) => ttlOption(rule, ms))
  const element = menu(INPUT.ttl, options, ttlMs === undefined ? undefined : formatDuration(ttlMs))
  const hint = rule.approval === 'none' ? 'From now on.' : 'Counted from approval.'
  return input(INPUT.ttl, 'For how long?', element, { fault: faults.ttl, hint })
}

function reasonInput(rule: AskableRule | undefined, { words, faults }: Fitted): InputBlock {
  const initial = words.slice(0, MOST_TYPED).toWellFormed()
  const element = { type: 'plain_text_input', action_id: INPUT.reason, multiline: true } as const
  const typed = initial === '' ? element : { ...element, initial_value: initial }
  return input(INPUT.reason, 'Why do you need it?', typed, { fault: faults.reason, hint: reasonHint(rule) })
}

function reasonHint(rule: AskableRule | undefined): string {
  const { hint, minLength = 1 } = rule?.reason ?? {}
  const own = hint === undefined ? '' : /[.!?…]$/.test(hint) ? `${hint} ` : `${hint}. `
  const least = minLength > 1 ? `At least ${minLength} characters. ` : ''
  return `${own}${least}Everybody who is asked reads it as you type it.`
}

/** What is asked for, and who must agree. */
function whatHappens({ askable, rule }: Choice): string {
  const what = `${escaped(clip(askable.title, 150))} on ${escaped(clip(askable.target, 100))}`
  if (rule.approval === 'none') return `${what}: granted at once, without approval, and told to the security channel.`
  const whom = rule.quorum === 1 ? 'One of' : `${rule.quorum} different people of`
  return `${what}: ${whom} ${escaped(clip(rule.approvers.join(' or '), 400))} will be asked and must agree.`
}

function menu(action: string, options: PlainTextOption[], chosen: string | undefined): StaticSelect {
  const initial = options.find(({ value }) => value === chosen)
  const facts = { action_id: action, placeholder: plainText('Choose'), options }
  return { type: 'static_select', ...facts, ...(initial ? { initial_option: initial } : {}) }
}

/** A field. What is wrong with it stands below it, where screen readers read it with the field. */
function input(
  id: string,
  label: string,
  element: InputBlock['element'],
  { fault, hint }: { readonly fault: string | undefined; readonly hint?: string | undefined },
): InputBlock {
  const below = fault ? `⚠ ${clip(plainSentence(fault), 1_000)}` : hint
  const block: InputBlock = { type: 'input', block_id: id, label: plainText(label), element }
  return below === undefined ? block : { ...block, hint: plainText(below) }
}
