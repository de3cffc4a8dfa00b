import type { Refusal } from '../../core/result.ts'
import type { Operations } from '../../operations/operations.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'
import { plainSentence } from '../markup.ts'
import { CHECK_WITHIN_MS, knownWithin } from '../within.ts'
import { emergencyIn } from './entry.ts'

const NOT_FILLED = 'The rest of the form was not there yet. Choose purpose and length, then press again.'

/** What is wrong with a filled form, by `block_id`. What is not known in time is decided, and told, after it is stored. */
export async function emergencyFaults(
  operations: Pick<Operations, 'wouldBreakGlass'>,
  body: SubmissionBody,
): Promise<Record<string, string> | undefined> {
  const asked = emergencyIn(body)
  if (!asked) return { [INPUT.entitlement]: NOT_FILLED }
  const may = await knownWithin(operations.wouldBreakGlass(body.user, asked), CHECK_WITHIN_MS)
  return !may || may.ok ? undefined : { [fieldOf(may.refusal)]: plainSentence(may.refusal.sentence) }
}

/** The field that a refusal is about. */
function fieldOf({ code }: Refusal): keyof typeof INPUT {
  if (code === 'ttl') return INPUT.ttl
  if (code === 'no-purpose') return INPUT.purpose
  if (code === 'not-confirmed') return INPUT.confirm
  return /^(reason|text)/.test(code) ? INPUT.reason : INPUT.entitlement
}
