import type { Policy } from '../core/policy.ts'
import type { InboxRow } from '../core/store.ts'
import type { Operations, Order, Press, Said } from '../operations/operations.ts'
import { readButtonValue } from './button-value.ts'
import { hints } from './command-hints.ts'
import { type CommandLine, readCommandLine } from './command-line.ts'
import { emergencyIn } from './emergency-form/entry.ts'
import { moreTimeIn } from './extend-form/entry.ts'
import { ACTION, CALLBACK, INPUT, SHORTCUT } from './ids.ts'
import { type PressBody, readCommand, readPress, readSubmission, type SubmissionBody } from './inbox-body.ts'
import { readPressMetadata } from './press-metadata.ts'
import { askedIn } from './request-form/entry.ts'
import { shorterIn } from './shorten-form/entry.ts'
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
    case 'nudge':
      return operations.nudge({ ...said, request: line.request, press: undefined })
    case 'revoke':
      return operations.revokeGrant({ ...said, request: line.request, press: undefined, reason: line.reason })
    case 'revoke-person':
      return operations.revokePerson({ ...said, whom: line.whom, reason: line.reason })
    case 'extend': {
      const { request, ttlMs, words } = line
      return operations.extend({ ...said, request, ttlMs, words })
    }
    case 'pause':
      return operations.pause({ ...said, reason: line.reason })
    case 'resume':
      return operations.resume({ ...said, reason: line.reason })
    case 'unfreeze':
      return operations.unfreeze({ ...said, whom: line.whom, reason: line.reason })
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
  [ACTION.looksWrong, (operations, press) => operations.looksWrong(press)],
  [ACTION.notMe, (operations, press) => operations.disown(press)],
  [ACTION.nudge, (operations, press) => operations.nudge(orderOf(press))],
  [
    ACTION.deny,
    (operations, { inbox }) => operations.reply({ inbox, sentence: 'The form did not open. Press Deny again.' }),
  ],
  [
    ACTION.revoke,
    (operations, { inbox, request }) =>
      operations.reply({
        inbox,
        sentence: `The form did not open. Press Revoke again, or type the command with: revoke ${request} REASON`,
      }),
  ],
  [
    ACTION.approveShorter,
    (operations, { inbox }) =>
      operations.reply({ inbox, sentence: 'The form did not open. Press “Approve shorter…” again, or Approve.' }),
  ],
])

/** Buttons that open a form to ask: their rows are only there when it could not be opened. */
const OPENING: ReadonlySet<string> = new Set([
  ...[SHORTCUT, ACTION.openRequest, ACTION.requestAgain, ACTION.extend],
  ...[ACTION.makeEmergency, ACTION.review],
])

function actOnPress({ operations, policy }: ActDeps, row: InboxRow): Promise<void> {
  const body = readPress(row.body)
  if (OPENING.has(body.action)) {
    return operations.reply({ inbox: row.id, sentence: `The form did not open. ${howElse(body, policy)}` })
  }
  const press = pressFrom(body, row.id)
  const act = ON_PRESS.get(body.action)
  return press && act ? act(operations, press) : operations.reply({ inbox: row.id, sentence: FOREIGN })
}

/** What to do when the form behind a button did not open. */
function howElse({ action, value }: PressBody, policy: Policy): string {
  if (action === ACTION.review) return 'Press the button again.'
  if (action === ACTION.makeEmergency) return hints(policy).emergency()
  const named = action === ACTION.extend ? readButtonValue(value)?.request : undefined
  return named ? hints(policy).extend(named) : hints(policy).howToAsk()
}

function pressFrom({ user: by, value, channel, ts, home }: PressBody, inbox: string): Press | undefined {
  const button = readButtonValue(value)
  return button && { by, inbox, ...button, channel, ts, home }
}

function orderOf(press: Press): Order {
  return { by: press.by, inbox: press.inbox, request: press.request, press }
}

function actOnSubmission({ operations }: ActDeps, row: InboxRow): Promise<void> {
  const { user: by, callback, metadata, values } = readSubmission(row.body)
  const said = { by, inbox: row.id }
  const asked = callback === CALLBACK.request ? askedIn(values, metadata) : undefined
  if (asked) return operations.submit({ ...said, ...asked })
  const more = callback === CALLBACK.extend ? moreTimeIn({ metadata, values }) : undefined
  if (more) return operations.extend({ ...said, ...more })
  const shorter = callback === CALLBACK.shorten ? shorterIn({ metadata, values }) : undefined
  if (shorter) return operations.approve({ ...said, ...shorter })
  const pressed = callback === CALLBACK.deny ? readPressMetadata(metadata) : undefined
  if (pressed) return operations.deny({ ...said, ...pressed, note: values[INPUT.reason] ?? '' })
  return actOnGlass(operations, said, { callback, metadata, values })
}

type Filled = Pick<SubmissionBody, 'callback' | 'metadata' | 'values'>

/** Forms about broken glass. */
function actOnGlass(operations: Operations, said: Said, { callback, metadata, values }: Filled): Promise<void> {
  const asked = callback === CALLBACK.emergency ? emergencyIn({ metadata, values }) : undefined
  if (asked) return operations.emergency({ ...said, ...asked })
  const pressed = readPressMetadata(metadata)
  const [words, outcome] = [values[INPUT.reason] ?? '', values[INPUT.outcome]]
  if (pressed && callback === CALLBACK.revoke) {
    const press = { ...said, ...pressed }
    return operations.revokeGrant({ ...said, request: pressed.request, press, reason: words })
  }
  if (pressed && callback === CALLBACK.review) {
    return outcome === undefined
      ? operations.writeAccount({ ...said, ...pressed, account: words })
      : operations.fileReview({ ...said, ...pressed, outcome, note: words })
  }
  return operations.reply({ inbox: said.inbox, sentence: FOREIGN })
}

/** Forms that take something away. */
const TAKING_FORMS: ReadonlySet<string> = new Set([CALLBACK.deny, CALLBACK.revoke])

/** Whether a row takes something away: such a row runs however old it is. @throws when the row cannot be read */
export function takesAway(row: InboxRow, policy: Policy): boolean {
  switch (row.kind) {
    case 'command':
      return TAKING_AWAY.has(readCommandLine(readCommand(row.body).text, policy).verb)
    case 'press': {
      const { action } = readPress(row.body)
      return !MAY_WAIT.has(action) && !OPENING.has(action)
    }
    case 'submission':
      return TAKING_FORMS.has(readSubmission(row.body).callback)
  }
}

/** Presses that are answered “ask again” when they are old. */
const MAY_WAIT: ReadonlySet<string> = new Set([ACTION.approve, ACTION.approveShorter, ACTION.nudge])

const TAKING_AWAY: ReadonlySet<CommandLine['verb']> = new Set(['cancel', 'end', 'revoke', 'revoke-person', 'pause'])
