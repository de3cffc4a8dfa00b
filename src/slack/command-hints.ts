import { formatDuration, parseDuration } from '../core/duration.ts'
import type { Entitlement, Policy } from '../core/policy.ts'
import { nearest } from './nearest.ts'

/** What to say about a line that cannot be read: what would be right, with an example that could be typed. */
export interface Hints {
  howToAsk(): string
  reason(entitlement: string): string
  ttl(entitlement: string, typed: string): string
  unknown(typed: string): string
  /** The same for the form, where it stands beside the menu. */
  wrongTtl(entitlement: string, typed: string): string
  wrongEntitlement(typed: string): string
  whichOne(verb: 'cancel' | 'end' | 'extend' | 'nudge', typed: string | undefined): string
  oneAtATime(verb: 'cancel' | 'end' | 'nudge'): string
  extend(request: string): string
  revoke(): string
  revokeReason(whom: string): string
  pickThePerson(): string
  whyForAll(verb: 'pause' | 'resume'): string
  unfreeze(): string
  emergency(): string
}

export function hints({ command, entitlements }: Policy): Hints {
  const example = exampleLine(command, entitlements.values().next().value)
  return {
    howToAsk: () => `Say what you need and why in one line, for example:\n${example}\nMore: ${command} help`,
    reason: (id) => `Say why you need ${id}, for example:\n${exampleLine(command, entitlements.get(id))}`,
    ttl: (id, typed) => ttlHint(typed, entitlements.get(id), command),
    unknown: (typed) => unknownHint(typed, nearest(typed.toLowerCase(), entitlements.keys()), command, example),
    wrongTtl: (id, typed) => `${noLength(typed, entitlements.get(id))} Choose one here.`,
    wrongEntitlement: (typed) => nothingLike(typed, nearest(typed.toLowerCase(), entitlements.keys())),
    whichOne: (verb, typed) =>
      `${typed === undefined ? 'Which one?' : `${shown(typed)} is no id.`} Type it like ${command} ${verb} R-7KQ2M4. Yours are listed by ${command} mine`,
    oneAtATime: (verb) => `One at a time, please: ${command} ${verb} R-7KQ2M4. Nothing was changed.`,
    extend: (request) =>
      `Say how long, from approval, and why: ${command} extend ${request} 15m REASON. Nothing was asked for yet.`,
    revoke: () =>
      `Say whose access to take away and why: ${command} revoke R-7KQ2M4 REASON, ${command} revoke @PERSON REASON or ${command} revoke all REASON. Nothing was changed.`,
    revokeReason: (whom) => `Say why, too: ${command} revoke ${shownWhom(whom)} REASON. Nothing was changed yet.`,
    pickThePerson: () =>
      'Pick the person from the list that Slack shows while you type @, so that the right one is meant. Nothing was changed.',
    whyForAll: (verb) => `Say why, too: ${command} ${verb} REASON. Nothing was changed yet.`,
    unfreeze: () =>
      `Say whom and why: ${command} unfreeze @PERSON REASON. Pick the person from the list that Slack shows. Nothing was changed.`,
    emergency: () =>
      `To break the glass, fill in the form that opens; if none does, type ${command} emergency ENTITLEMENT [TTL] REASON again. Nothing was done yet.`,
  }
}

/** A line that could be typed as it stands. */
export function exampleLine(command: string, entitlement: Entitlement | undefined): string {
  const rule = entitlement?.rules[0]
  const ttl = rule ? formatDuration(rule.ttl.defaultMs) : '15m'
  const purpose = rule && rule.defaultPurpose === undefined ? `${rule.purposes[0]} ` : ''
  const id = entitlement?.id ?? 'ENTITLEMENT'
  return `${command} ${id} ${ttl} ${purpose}INC-42 replica lag on the primary, looking at locks`
}

function ttlHint(typed: string, entitlement: Entitlement | undefined, command: string): string {
  const example = exampleLine(command, entitlement)
  return `${noLength(typed, entitlement)} If it belongs to the reason, put a length before it:\n${example}\nNothing was asked for.`
}

function noLength(typed: string, entitlement: Entitlement | undefined): string {
  const most = Math.max(0, ...(entitlement?.rules ?? []).map((rule) => rule.ttl.maxMs))
  const guesses = [`${typed}m`, typed.toLowerCase(), typed.toLowerCase().replace(/^(\d+[dhms])[a-z]+$/, '$1')]
  const guess = guesses.find((one) => (parseDuration(one) ?? Infinity) <= most)
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`
  return `${shown(typed)} is no length of time: write it like 15m or 1h30m.${meant}`
}

function unknownHint(typed: string, guess: string | undefined, command: string, example: string): string {
  const instead = guess === undefined ? ` For example:\n${example}` : ''
  return `${nothingLike(typed, guess)}${instead}\nMore: ${command} help`
}

function nothingLike(typed: string, guess: string | undefined): string {
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`
  return `${shown(typed)} is nothing that can be asked for.${meant}`
}

/** Only plain words are repeated to the person: anything else could be meant to mislead, or read as an instant of ours. */
function shown(typed: string): string {
  return /^(?!.*:.*:)[\w@#.:-]{1,40}$/.test(typed) ? `“${typed}”` : 'That'
}

function shownWhom(whom: string): string {
  return /^[\w@.-]{1,40}$/.test(whom) ? whom : '@PERSON'
}
