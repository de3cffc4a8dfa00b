import type { InputBlock, PlainTextOption, StaticSelect } from '@slack/types'
import { formatDuration } from '../../core/duration.ts'
import { mustAgree } from '../../core/quorum.ts'
import { MOST_NOTE } from '../../core/typed-text.ts'
import type { AskableRule } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'
import { escaped, plainSentence } from '../markup.ts'
import type { Faults } from '../request-form/entry.ts'
import { clip, plainText } from './blocks.ts'
import { ttlOption, ttlsFor } from './request-choices.ts'

/** Slack takes no longer text into a field. */
export const MOST_TYPED = 3_000

/** What stands in the fields that both forms have. */
interface Filled {
  readonly ttlMs: number | undefined
  readonly words: string
  readonly faults: Faults
}

/** The lengths that the rule has. */
export function ttlInput(rule: AskableRule, { ttlMs, faults }: Omit<Filled, 'words'>): InputBlock {
  const options = ttlsFor(rule, ttlMs).map((ms) => ttlOption(rule, ms))
  const element = menu(INPUT.ttl, options, ttlMs === undefined ? undefined : formatDuration(ttlMs))
  const hint = rule.approval === 'none' ? 'From now on.' : 'Counted from approval.'
  return input(INPUT.ttl, 'For how long?', element, { fault: faults.ttl, hint })
}

/** The reason, as typed so far. */
export function reasonInput(rule: AskableRule | undefined, { words, faults }: Omit<Filled, 'ttlMs'>): InputBlock {
  const initial = words.slice(0, MOST_TYPED).toWellFormed()
  const element = { type: 'plain_text_input', action_id: INPUT.reason, multiline: true } as const
  const typed = initial === '' ? element : { ...element, initial_value: initial }
  return input(INPUT.reason, 'Why do you need it?', typed, { fault: faults.reason, hint: reasonHint(rule) })
}

function reasonHint(rule: AskableRule | undefined): string {
  const { hint, minLength = 1 } = rule?.reason ?? {}
  const own = hint === undefined ? '' : /[.!?…]$/.test(hint) ? `${hint} ` : `${hint}. `
  const least = minLength > 1 ? `At least ${minLength} characters. ` : ''
  const who = rule?.approval === 'none' ? 'told' : 'asked'
  return `${own}${least}Everybody who is ${who} reads it as you type it.`
}

/** Why something is decided or taken away, or what was found; as written so far. */
export function noteInput(label: string, words: string): InputBlock {
  const facts = { type: 'plain_text_input', action_id: INPUT.reason, multiline: true } as const
  const element = { ...facts, min_length: 1, max_length: MOST_NOTE, ...(words === '' ? {} : { initial_value: words }) }
  return input(INPUT.reason, label, element, { fault: undefined })
}

/** Who must agree under the rule. */
export function whoAgrees({ approval, quorum, approvers, needs = [] }: AskableRule): string {
  if (approval === 'none') return 'granted at once, without approval, and told to the security channel.'
  if (needs.length > 0)
    return `${escaped(clip(mustAgree({ quorum, needs }), 400))} will be asked and must agree: different people, each for one part.`
  const whom = quorum === 1 ? 'One of' : `${quorum} different people of`
  return `${whom} ${escaped(clip(approvers.join(' or '), 400))} will be asked and must agree.`
}

/** A menu; what is chosen is one of the options, or nothing. */
export function menu(action: string, options: PlainTextOption[], chosen: string | undefined): StaticSelect {
  const initial = options.find(({ value }) => value === chosen)
  const facts = { action_id: action, placeholder: plainText('Choose'), options }
  return { type: 'static_select', ...facts, ...(initial ? { initial_option: initial } : {}) }
}

/** A field. What is wrong with it stands below it, where screen readers read it with the field. */
export function input(
  id: string,
  label: string,
  element: InputBlock['element'],
  { fault, hint }: { readonly fault: string | undefined; readonly hint?: string | undefined },
): InputBlock {
  const below = fault ? `⚠ ${clip(plainSentence(fault), 1_000)}` : hint
  const block: InputBlock = { type: 'input', block_id: id, label: plainText(label), element }
  return below === undefined ? block : { ...block, hint: plainText(below) }
}
