import type { Entitlement, Policy } from '../../core/policy.ts'
import { exampleLine } from '../command-hints.ts'
import { clip } from './blocks.ts'

/** An answer by `response_url` stays short enough to be read. */
const MOST_LISTED = 25

/** What can be typed, as a sentence of ours: it is escaped when it is sent. */
export function helpText({ command, entitlements }: Policy): string {
  const example = entitlements.values().next().value
  return [
    `Ask for access in a form:  ${command}`,
    `or in one line:  ${command} ENTITLEMENT [TTL] [PURPOSE] REASON`,
    `for example:  ${exampleLine(command, example)}`,
    `What you may ask for:  ${command} list`,
    `Your requests and access:  ${command} mine`,
    `Take a request back:  ${command} cancel ID`,
    `Remind those who were asked:  ${command} nudge ID`,
    `Give access back early:  ${command} end ID`,
    `Ask for more time:  ${command} extend ID TTL REASON`,
    `Take somebody’s access away (approvers, security):  ${command} revoke ID REASON`,
    `Security people only:  ${command} revoke @PERSON REASON  or  ${command} revoke all REASON`,
    `no access to anybody (security):  ${command} pause REASON  until two of them type  ${command} resume REASON`,
    `access for somebody who was frozen (security):  ${command} unfreeze @PERSON REASON`,
    ...(canBreak(entitlements)
      ? [`In an emergency, when nobody can approve:  ${command} emergency ENTITLEMENT REASON`]
      : []),
    'ID looks like R-7KQ2M4, TTL like 15m or 1h30m.',
    'What can be asked for:',
    ...offers([...entitlements.values()], command),
  ].join('\n')
}

function canBreak(entitlements: Policy['entitlements']): boolean {
  return [...entitlements.values()].some(({ breakGlass }) => breakGlass !== undefined)
}

function offers(entitlements: readonly Entitlement[], command: string): string[] {
  const lines = entitlements.slice(0, MOST_LISTED).map(({ id, title }) => `• ${id}: ${clip(title, 80)}`)
  const more = entitlements.length - lines.length
  return more > 0 ? [...lines, `and ${more} more: search for them in the form, ${command}`] : lines
}
