import type { RequestId } from '../core/ids.ts'
import type { InboxRow } from '../core/store.ts'
import { Busy } from '../operations/commit.ts'
import type { Log } from '../operations/ports.ts'
import { type ActDeps, act } from './act.ts'
import { readButtonValue } from './button-value.ts'
import { readCommand, readPress, readSubmission } from './inbox-body.ts'
import { readPressMetadata } from './press-metadata.ts'
import { answerBy } from './response-url.ts'

/** Somebody who waits longer than this is told that his click has arrived. */
const PATIENCE_MS = 5_000
const CHECKING = 'Checking with Slack who may do this. This can take up to 30 seconds.'

export interface DispatchDeps extends ActDeps {
  readonly log: Log
}

/** Does what a stored row asks for, live and after a restart alike. Never throws: a fault is logged and told. */
export async function dispatch(deps: DispatchDeps, row: InboxRow): Promise<void> {
  const waiting = setTimeout(() => void sayChecking(row), PATIENCE_MS)
  try {
    await act(deps, row)
  } catch (error) {
    await apologise(deps, row, error)
  } finally {
    clearTimeout(waiting)
  }
}

function sayChecking(row: InboxRow): Promise<void> {
  return sayAtOnce(row, CHECKING)
}

/** Without the store: for what need not last, and for when there is no room. */
async function sayAtOnce(row: InboxRow, sentence: string): Promise<void> {
  if (row.kind === 'submission') return
  const said = orUndefined(() => (row.kind === 'command' ? readCommand(row.body) : readPress(row.body)))
  if (said) await answerBy(said.responseUrl, sentence).catch(() => undefined)
}

async function apologise({ operations, log }: DispatchDeps, row: InboxRow, error: unknown): Promise<void> {
  const request = orUndefined(() => requestOf(row))
  log.error({ err: error, inbox: row.id, request }, 'what somebody said in Slack could not be done')
  const about = request === undefined ? '' : ` about ${request}`
  const sentence =
    error instanceof Busy
      ? `Many people acted${about} at the same moment. Please do it again.`
      : `Something broke here${about}. It may or may not be done: look at the newest card or at “mine”, then try again.`
  try {
    await operations.reply({ inbox: row.id, sentence })
  } catch (cause) {
    log.error({ err: cause, inbox: row.id, request }, 'and the answer could not be stored')
    await sayAtOnce(row, sentence)
  }
}

function requestOf(row: InboxRow): RequestId | undefined {
  if (row.kind === 'press') return readButtonValue(readPress(row.body).value)?.request
  if (row.kind === 'submission') return readPressMetadata(readSubmission(row.body).metadata)?.request
  return undefined
}

/** What is there only if the row can be read: an older version may have stored it in another form. */
export function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
