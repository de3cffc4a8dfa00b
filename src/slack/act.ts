import type { Policy } from '../core/policy.ts'
import type { InboxRow } from '../core/store.ts'
import type { Operations, Order, Press } from '../operations/operations.ts'
import { readButtonValue } from './button-value.ts'
import { hints } from './command-hints.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { readDenyMetadata } from './deny-metadata.ts'
import { moreTimeIn } from './extend-form/entry.ts'
import { ACTION, CALLBACK, INPUT } from './ids.ts'
import { type PressBody, readCommand, readPress, readSubmission } from './inbox-body.ts'
import { askedIn } from './request-form/entry.ts'
import { helpText } from './views/help.ts'

const FOREIGN = 'That button is not one of mine, or from an older version. Use the newest card of the request.'

export interface ActDeps {
  readonly operations: Operations
  readonly policy: Policy
}

/** Calls the one operation that a stored row asks for. @throws what the operation throws, or when the row cannot be read */
export async function act(deps: ActDeps, row: InboxRow): Promise<void> {
  switch (row.kind) {
    case 'command':
      return actOnCommand(deps, row)
    case 'press':
      return actOnPress(deps, row)
    case 'submission':
      return actOnSubmission(deps, row)
  }
}

function actOnCommand({ operations, policy }: ActDeps, row: InboxRow): Promise<void> {
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
    case 'list':
      return operations.list(said)
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
    case 'extend': {
      const { request, ttlMs, words } = line
      return operations.extend({ ...said, request, ttlMs, words })
    }
    case 'nudge':
    case 'pause':
    case 'resume':
    case 'unfreeze':
      return operations.reply({
        inbox: row.id,
        sentence: `This version has no “${line.verb}” yet. Nothing was changed.`,
      })
    case 'emergency': // its form did not open
    case 'extend-form': // it did not open
    case 'form':
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

/** Buttons that open a form to ask: their rows are only there when it could not be opened. */
const OPENING: ReadonlySet<string> = new Set([ACTION.openRequest, ACTION.requestAgain, ACTION.extend])

function actOnPress({ operations, policy }: ActDeps, row: InboxRow): Promise<void> {
  const body = readPress(row.body)
  if (OPENING.has(body.action)) {
    const named = body.action === ACTION.extend ? readButtonValue(body.value)?.request : undefined
    const how = named ? hints(policy).extend(named) : hints(policy).howToAsk()
    return operations.reply({ inbox: row.id, sentence: `The form did not open. ${how}` })
  }
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

function actOnSubmission({ operations }: ActDeps, row: InboxRow): Promise<void> {
  const { user: by, callback, metadata, values } = readSubmission(row.body)
  const said = { by, inbox: row.id }
  const asked = callback === CALLBACK.request ? askedIn(values) : undefined
  if (asked) return operations.submit({ ...said, ...asked })
  const more = callback === CALLBACK.extend ? moreTimeIn({ metadata, values }) : undefined
  if (more) return operations.extend({ ...said, ...more })
  const pressed = callback === CALLBACK.deny ? readDenyMetadata(metadata) : undefined
  if (pressed) return operations.deny({ ...said, ...pressed, note: values[INPUT.reason] ?? '' })
  return operations.reply({ inbox: row.id, sentence: FOREIGN })
}

/** Whether a row takes something away: such a row runs however old it is. @throws when the row cannot be read */
export function takesAway(row: InboxRow, policy: Policy): boolean {
  switch (row.kind) {
    case 'command':
      return TAKING_AWAY.has(readCommandLine(readCommand(row.body).text, policy).verb)
    case 'press': {
      const { action } = readPress(row.body)
      return action !== ACTION.approve && !OPENING.has(action)
    }
    case 'submission':
      return readSubmission(row.body).callback === CALLBACK.deny
  }
}

const TAKING_AWAY: ReadonlySet<CommandLine['verb']> = new Set(['cancel', 'end', 'revoke', 'revoke-person'])
