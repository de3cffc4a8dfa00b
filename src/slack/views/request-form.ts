import type { ExternalSelect, InputBlock, KnownBlock, ModalView, StaticSelect } from '@slack/types'
import type { Policy } from '../../core/policy.ts'
import type { Askable } from '../../operations/operations.ts'
import { CALLBACK, INPUT } from '../ids.ts'
import { escaped, mention, mentionGroup, unformatted } from '../markup.ts'
import { type About, writeMetadata } from '../request-form/entry.ts'
import { type Choice, type Fitted, purposesOf } from '../request-form/fit.ts'
import { clip, context, plainText, section } from './blocks.ts'
import { input, MOST_TYPED, menu, reasonInput, ttlInput, whoAgrees } from './form-fields.ts'
import { entitlementOption, MOST_OPTIONS, purposeOption } from './request-choices.ts'

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
    if (source.kind === 'schedule') return escaped(name)
    return source.members.length <= MOST_CALLED ? source.members.map(mention).join(', ') : escaped(name)
  })
  return `There is nothing that you can ask for now. If there should be, ask the security people: ${called.join(', ')}.`
}

/** The form as it is filled in so far; what belongs to an entitlement is drawn once one is chosen. */
export function requestForm(found: readonly Askable[], fitted: Fitted): ModalView {
  const { chosen, faults, ttlMs, about } = fitted
  const early = chosen ? [] : [faults.purpose, faults.ttl] // their fields are not there to say it
  const wrong = [faults.entitlement, ...early].filter((fault) => fault !== undefined).join(' ')
  const blocks: KnownBlock[] = [
    ...(about ? [context(aboutWords(about))] : []),
    entitlementInput(found, chosen, wrong),
    ...(chosen ? [purposeInput(chosen, fitted), ttlInput(chosen.rule, fitted)] : []),
    reasonInput(chosen?.rule, fitted),
    ...(chosen ? [context(whatHappens(chosen))] : []),
  ]
  return {
    ...formOf('Cancel', blocks),
    submit: plainText('Ask'),
    private_metadata: writeMetadata(chosen ? undefined : ttlMs, about),
  }
}

/** The message that the form was opened from. */
function aboutWords({ link }: About): string {
  return link === undefined
    ? 'Slack gave no link to that message, as I am not where it stands. Say in the reason what it is about.'
    : `About: <${escaped(link)}>. The link goes with the request; the message is not read.`
}

/** The form without the menus whose choice is offered no more: Slack keeps a choice as long as its menu is there. */
export function withoutMenus(form: ModalView, menus: readonly string[]): ModalView {
  return { ...form, blocks: form.blocks.filter(({ block_id: id }) => id === undefined || !menus.includes(id)) }
}

function formOf(close: string, blocks: KnownBlock[]): ModalView {
  const title = plainText('Ask for access')
  return { type: 'modal', callback_id: CALLBACK.request, title, close: plainText(close), blocks }
}

/** What is asked for: a menu, or beyond its size a search. */
export function entitlementInput(found: readonly Askable[], chosen: Choice | undefined, wrong: string): InputBlock {
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

/** What it is for. */
export function purposeInput({ askable }: Choice, { purpose, faults }: Fitted): InputBlock {
  const purposes = purposesOf(askable)
  const options = purposes.slice(0, MOST_OPTIONS).map(purposeOption)
  const more = purposes.length > options.length ? 'Others can be named in one line.' : undefined
  const element = menu(INPUT.purpose, options, purpose)
  return {
    ...input(INPUT.purpose, 'What for?', element, { fault: faults.purpose, hint: more }),
    dispatch_action: askable.rules.length > 1, // another rule may count for another purpose
  }
}

/** What is asked for, and who must agree. */
function whatHappens({ askable, rule }: Choice): string {
  const what = `${unformatted(clip(askable.title, 150))} on ${escaped(clip(askable.target, 100))}`
  return `${what}: ${whoAgrees(rule)}`
}
