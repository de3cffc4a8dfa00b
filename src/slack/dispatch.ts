import type { RequestId } from '../core/ids.ts'
import type { Policy } from '../core/policy.ts'
import type { InboxRow } from '../core/store.ts'
import { Busy } from '../operations/commit.ts'
import type { Operations, Order, Press } from '../operations/operations.ts'
import type { Log } from '../operations/ports.ts'
import { readButtonValue } from './button-value.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { readDenyMetadata } from './deny-metadata.ts'
import { ACTION, CALLBACK, INPUT } from './ids.ts'
import { type PressBody, readCommand, readPress, readSubmission } from './inbox-body.ts'
import { answerBy } from './response-url.ts'
import { helpText } from './views/help.ts'

/** Somebody who waits longer than this is told that his click has arrived. */
const PATIENCE_MS = 2_500

const CHECKING = 'Checking with Slack who may do this. This can take up to 30 seconds.'
const FOREIGN = 'That button is not one of mine, or from an older version. Use the newest card of the request.'

export interface DispatchDeps {
  readonly operations: Operations
  readonly policy: Policy
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

function act(deps: DispatchDeps, row: InboxRow): Promise<void> {
  switch (row.kind) {
    case 'command':
      return actOnCommand(deps, row)
    case 'press':
      return actOnPress(deps, row)
    case 'submission':
      return actOnSubmission(deps, row)
  }
}

function actOnCommand({ operations, policy }: DispatchDeps, row: InboxRow): Promise<void> {
  const { user: by, text } = readCommand(row.body)
  const said = { by, inbox: row.id }
  const line = readCommandLine(text, policy)
  switch (line.verb) {
    case 'ask': {
      const { entitlement, ttlMs, words } = line
      return operations.submit({ ...said, entitlement, ttlMs, words })
    }
    case 'mine':
      return operations.mine(said)
    case 'help':
      return operations.reply({ inbox: row.id, sentence: helpText(policy) })
    case 'cancel':
      return operations.cancel({ ...said, request: line.request, press: undefined })
    case 'end':
      return operations.endEarly({ ...said, request: line.request, press: undefined })
    case 'revoke':
      return operations.revokeGrant({ ...said, request: line.request, press: undefined, reason: line.reason })
    case 'revoke-person':
      return operations.revokePerson({ ...said, whom: line.whom, reason: line.reason })
    case 'wrong':
      return operations.reply({ inbox: row.id, sentence: line.sentence })
  }
}

type OnPress = (operations: Operations, press: Press) => Promise<void>

/** What each button does. Deny opens a form, so its row is only there when it could not. */
const ON_PRESS: ReadonlyMap<string, OnPress> = new Map<string, OnPress>([
  [ACTION.approve, (operations, press) => operations.approve(press)],
  [ACTION.cancel, (operations, press) => operations.cancel(orderOf(press))],
  [ACTION.endEarly, (operations, press) => operations.endEarly(orderOf(press))],
  [
    ACTION.deny,
    (operations, { inbox }) => operations.reply({ inbox, sentence: 'The form did not open. Press Deny again.' }),
  ],
])

function actOnPress({ operations }: DispatchDeps, row: InboxRow): Promise<void> {
  const body = readPress(row.body)
  const press = pressFrom(body, row.id)
  const act = ON_PRESS.get(body.action)
  return press && act ? act(operations, press) : operations.reply({ inbox: row.id, sentence: FOREIGN })
}

function pressFrom({ user: by, value, channel, ts }: PressBody, inbox: string): Press | undefined {
  const button = readButtonValue(value)
  return button && { by, inbox, ...button, channel, ts }
}

function orderOf(press: Press): Order {
  return { by: press.by, inbox: press.inbox, request: press.request, press }
}

function actOnSubmission({ operations }: DispatchDeps, row: InboxRow): Promise<void> {
  const { user: by, callback, metadata, values } = readSubmission(row.body)
  const pressed = callback === CALLBACK.deny ? readDenyMetadata(metadata) : undefined
  if (!pressed) return operations.reply({ inbox: row.id, sentence: FOREIGN })
  return operations.deny({ by, inbox: row.id, ...pressed, note: values[INPUT.reason] ?? '' })
}

/** Whether a row takes something away: such a row runs however old it is. One that cannot be read does not. */
export function takesAway(row: InboxRow, policy: Policy): boolean {
  return orUndefined(() => doesTakeAway(row, policy)) ?? false
}

function doesTakeAway(row: InboxRow, policy: Policy): boolean {
  switch (row.kind) {
    case 'command':
      return TAKING_AWAY.has(readCommandLine(readCommand(row.body).text, policy).verb)
    case 'press':
      return readPress(row.body).action !== ACTION.approve
    case 'submission':
      return true
  }
}

const TAKING_AWAY: ReadonlySet<CommandLine['verb']> = new Set(['cancel', 'end', 'revoke', 'revoke-person'])

async function sayChecking(row: InboxRow): Promise<void> {
  if (row.kind === 'submission') return
  const said = orUndefined(() => (row.kind === 'command' ? readCommand(row.body) : readPress(row.body)))
  if (said) await answerBy(said.responseUrl, CHECKING).catch(() => undefined)
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
    log.error({ err: cause, inbox: row.id, request }, 'and the person could not be told')
  }
}

function requestOf(row: InboxRow): RequestId | undefined {
  if (row.kind === 'press') return readButtonValue(readPress(row.body).value)?.request
  if (row.kind === 'submission') return readDenyMetadata(readSubmission(row.body).metadata)?.request
  return undefined
}

/** What is there only if the row can be read: an older version may have stored it in another form. */
function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
