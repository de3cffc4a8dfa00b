import type { InboxRow } from '../../core/store.ts'
import type { Deliver, Outcome } from '../../operations/delivery.ts'
import { readCommand, readPress, readSubmission } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type Answered, answerBy } from '../response-url.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf } from './posting.ts'

/** Answers what somebody said: a command or a press by its `response_url`, a form by a direct message. */
export function answerer(deps: DeliveryDeps): Deliver {
  return async ({ effect, attempts }, signal) => {
    const { inbox } = effectOf(effect, 'answer')
    const row = await deps.store.inboxRow(inbox)
    if (!row || row.answer === null) return { kind: 'done' }
    const to = whereTo(row)
    if (!to) return unreadable(deps, inbox)
    const text = sentence(row.answer)
    try {
      if ((await tryUrl(to.responseUrl, text, { signal, patient: attempts < 3 })) === 'gone') {
        await deps.posting.post(to.user, { text })
      }
      deps.reached('answer.posted')
      return { kind: 'done' }
    } catch (error) {
      return outcomeOf(error, deps.log, { inbox })
    }
  }
}

/** A URL that Slack does not serve is tried a few times; then the answer goes by direct message. */
async function tryUrl(
  url: string | undefined,
  text: string,
  { signal, patient }: { readonly signal: AbortSignal; readonly patient: boolean },
): Promise<Answered> {
  if (url === undefined) return 'gone'
  try {
    return await answerBy(url, text, signal)
  } catch (error) {
    if (patient) throw error
    return 'gone'
  }
}

interface Asker {
  readonly user: string
  readonly responseUrl: string | undefined
}

function whereTo(row: InboxRow): Asker | undefined {
  try {
    return askerOf(row)
  } catch {
    return undefined
  }
}

function askerOf(row: InboxRow): Asker {
  switch (row.kind) {
    case 'command':
      return readCommand(row.body)
    case 'press':
      return readPress(row.body)
    case 'submission':
      return { user: readSubmission(row.body).user, responseUrl: undefined }
  }
}

/** An older version stored it in another form: nobody can be found to answer. */
function unreadable({ log }: DeliveryDeps, inbox: string): Outcome {
  log.warn({ inbox }, 'an answer has nobody to go to')
  return { kind: 'done' }
}
