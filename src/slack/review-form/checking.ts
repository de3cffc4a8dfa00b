import { checkText, MOST_NOTE } from '../../core/typed-text.ts'
import { INPUT } from '../ids.ts'
import type { SubmissionBody } from '../inbox-body.ts'

/** What is wrong with a filled review, by `block_id`. The requester's has no outcome. */
export function reviewFaults({ values }: SubmissionBody): Record<string, string> | undefined {
  if (values[INPUT.outcome] === '') return { [INPUT.outcome]: 'Choose what it comes to.' }
  const own = values[INPUT.outcome] === undefined
  return noteFaults(values, own ? 'Say what you did with it.' : 'Say what you found.')
}

/** What is wrong with a note that has to be there. */
export function noteFaults(values: SubmissionBody['values'], missing: string): Record<string, string> | undefined {
  const note = checkText(values[INPUT.reason] ?? '', MOST_NOTE)
  if (!note.ok) return { [INPUT.reason]: note.refusal.sentence }
  return note.value === '' ? { [INPUT.reason]: missing } : undefined
}
