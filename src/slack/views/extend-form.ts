import type { KnownBlock, ModalView } from '@slack/types'
import type { Extendable } from '../../operations/operations.ts'
import type { MoreEntry } from '../extend-form/entry.ts'
import { CALLBACK } from '../ids.ts'
import { code, escaped, instantMark, unformatted } from '../markup.ts'
import { fitTtl } from '../request-form/fit.ts'
import { clip, context, plainText, section } from './blocks.ts'
import { timeLeft } from './duration-words.ts'
import { MOST_TYPED, reasonInput, ttlInput, whoAgrees } from './form-fields.ts'

/** What is shown until it is known how much more time is possible. */
export function loadingExtendForm(): ModalView {
  return formOf('Cancel', [section('Looking up how much more time is possible…')])
}

/** No more time can be asked for; `text` says why, in markup. */
export function closedExtendForm(text: string): ModalView {
  return formOf('Close', [section(clip(text, MOST_TYPED))])
}

/** Asks how much more time, and why. What is held goes on meanwhile. */
export function extendForm(found: Extendable, entry: MoreEntry, now: number): ModalView {
  const { rule, title, target, entitlement, grant, expiresAt } = found
  const { ttlMs, fault } = fitTtl(rule, { from: 'line', ttlMs: entry.ttlMs, faults: entry.faults })
  const faults = { ...(fault ? { ttl: fault } : {}), ...entry.faults }
  const what = `*${unformatted(clip(title.trim(), 150))}* (${code(entitlement)}) on ${escaped(clip(target, 100))}`
  const blocks: KnownBlock[] = [
    section(`${what}: ${grant} ends ${instantMark(expiresAt)}, in ${timeLeft(expiresAt, now)}.`),
    ttlInput(rule, { ttlMs, faults }),
    reasonInput(rule, { words: entry.words, faults }),
    context(
      `${whoAgrees(rule)} The new length is not added to the old one. Until then, what you have goes on and ends as before.`,
    ),
  ]
  return { ...formOf('Cancel', blocks), submit: plainText('Ask'), private_metadata: found.request }
}

function formOf(close: string, blocks: KnownBlock[]): ModalView {
  const title = plainText('Ask for more time')
  return { type: 'modal', callback_id: CALLBACK.extend, title, close: plainText(close), blocks }
}
