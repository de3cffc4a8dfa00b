import type { Operations } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { plainSentence } from '../markup.ts'
import { CHECK_WITHIN_MS, knownWithin } from '../within.ts'
import { shorterIn } from './entry.ts'

/** What is wrong with a filled form, by `block_id`. What is not known in time is decided, and told, after it is stored. */
export async function shortenFaults(
  operations: Pick<Operations, 'wouldShorten'>,
  body: SubmissionBody,
): Promise<Record<string, string> | undefined> {
  const shorter = shorterIn(body)
  if (!shorter) return { [INPUT.ttl]: 'Choose a length.' }
  const may = await knownWithin(operations.wouldShorten(body.user, shorter), CHECK_WITHIN_MS)
  if (!may || may.ok || may.refusal.code === 'look-up-failed') return undefined // not clear: it is decided afresh
  return { [INPUT.ttl]: plainSentence(may.refusal.sentence) }
}
