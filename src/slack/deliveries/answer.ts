import type { InboxRow } from '../../core/store.ts'
import type { Deliver, Outcome } from '../../operations/delivery.ts'
import { type CommandBody, type PressBody, readCommand, readPress, readSubmission } from '../inbox-body.ts'
import { sentence } from '../markup.ts'
import { type Answered, answerBy } from '../response-url.ts'
import { wordsOf } from '../typed-line.ts'
import { type DeliveryDeps, effectOf } from './deps.ts'
import { outcomeOf } from './posting.ts'

/** Slack takes answers by a `response_url` for so long. */
const URL_LIVES_MS = 30 * 60_000

/**
 * Answers what somebody said: a command or a press by its `response_url`, a form by a direct message. After an outage that
 * outlives the URL, what somebody only wanted to read is not answered any more; what he did is told by direct message.
 */
export function answerer(deps: DeliveryDeps): Deliver {
  return async ({ effect, attempts }, signal) => {
    const { inbox } = effectOf(effect, 'answer')
    const row = await deps.store.inboxRow(inbox)
    if (!row || row.answer === null) return { kind: 'done' }
    const to = whereTo(row)
    if (!to) return unreadable(deps, inbox)
    const urlIsGone = deps.clock.now() - row.receivedAt >= URL_LIVES_MS
    if (urlIsGone && to.onlyReads) return tooLate(deps, inbox)
    const text = sentence(row.answer)
    try {
      const url = urlIsGone ? undefined : to.responseUrl
      if ((await tryUrl(url, text, { signal, patient: attempts < 3 })) === 'gone') {
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

/** Verbs that change nothing. */
const READING: ReadonlySet<string> = new Set(['', 'help', 'list', 'mine'])

interface Asker {
  readonly user: string
  readonly responseUrl: string | undefined
  /** He asked to be shown something. */
  readonly onlyReads: boolean
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
      return commander(readCommand(row.body))
    case 'press':
      return presser(readPress(row.body))
    case 'submission':
      return { user: readSubmission(row.body).user, responseUrl: undefined, onlyReads: false }
  }
}

/** On Home there is no URL to answer by. */
function presser({ user, responseUrl }: PressBody): Asker {
  return { user, responseUrl: responseUrl || undefined, onlyReads: false }
}

function commander({ user, responseUrl, text }: CommandBody): Asker {
  const [verb = ''] = wordsOf(text)
  return { user, responseUrl, onlyReads: READING.has(verb.toLowerCase()) }
}

/** An outage has outlived the question. */
function tooLate({ log }: DeliveryDeps, inbox: string): Outcome {
  log.info({ inbox }, 'an answer came too late to matter: not sent')
  return { kind: 'done' }
}

/** An older version stored it in another form: nobody can be found to answer. */
function unreadable({ log }: DeliveryDeps, inbox: string): Outcome {
  log.warn({ inbox }, 'an answer has nobody to go to')
  return { kind: 'done' }
}
