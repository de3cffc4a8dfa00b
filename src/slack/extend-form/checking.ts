import type { Operations } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { plainSentence } from '../markup.ts'
import { CHECK_WITHIN_MS, knownWithin } from '../within.ts'
import { moreTimeIn } from './entry.ts'

/** What is wrong with a filled form, by `block_id`. What is not known in time is decided, and told, after it is stored. */
export async function extendFaults(
  operations: Pick<Operations, 'wouldExtend'>,
  body: SubmissionBody,
): Promise<Record<string, string> | undefined> {
  const more = moreTimeIn(body)
  if (!more) return { [INPUT.ttl]: 'Choose a length.' }
  const may = await knownWithin(operations.wouldExtend(body.user, more), CHECK_WITHIN_MS)
  if (!may || may.ok) return undefined
  const field = /^(reason|text)/.test(may.refusal.code) ? INPUT.reason : INPUT.ttl
  return { [field]: plainSentence(may.refusal.sentence) }
}
