import { parseDuration } from '../core/duration.ts'
import { parseId, type RequestId, type SlackId } from '../core/ids.ts'
import type { Policy } from '../core/policy.ts'
import type { MoreTime } from '../operations/operations.ts'
import { type Hints, hints } from './command-hints.ts'
import type { MoreEntry } from './extend-form/entry.ts'
import { type Entry, lineEntry } from './request-form/entry.ts'
import { asTyped, memberOf, wordsOf } from './typed-line.ts'

/** What a line means. `wrong` says what would be right; nothing happens. */
export type CommandLine =
  | { readonly verb: 'help' | 'mine' | 'list' }
  | { readonly verb: 'cancel' | 'end' | 'nudge'; readonly request: RequestId }
  | { readonly verb: 'revoke'; readonly request: RequestId; readonly reason: string }
  | { readonly verb: 'revoke-person'; readonly whom: SlackId | 'all'; readonly reason: string }
  | { readonly verb: 'pause' | 'resume'; readonly reason: string }
  | { readonly verb: 'unfreeze'; readonly whom: SlackId; readonly reason: string }
  | {
      readonly verb: 'ask'
      readonly entitlement: string
      /** Milliseconds; `undefined`: the rule's default. */
      readonly ttlMs: number | undefined
      /** What follows, still with a possible purpose in front. */
      readonly words: string
    }
  | ({ readonly verb: 'extend' } & MoreTime)
  /** A length or a reason is missing, and the form for more time asks for it. */
  | { readonly verb: 'extend-form'; readonly entry: MoreEntry; readonly sentence: string }
  /** Something is missing or wrong, and the form asks for it. `sentence` says it if the form does not open. */
  | { readonly verb: 'form'; readonly entry: Entry; readonly sentence: string }
  /** The glass is to be broken: a form confirms it. `sentence` says how, if the form does not open. */
  | { readonly verb: 'emergency'; readonly entry: Entry; readonly sentence: string }
  | { readonly verb: 'wrong'; readonly sentence: string }

/** Reads what follows the slash command, with Slack's escaping still in it. Grammar: `design.md` §8. */
export function readCommandLine(text: string, policy: Policy): CommandLine {
  const hint = hints(policy)
  const [first = '', ...rest] = wordsOf(text)
  const verb = first.toLowerCase()
  switch (verb) {
    case '':
      return { verb: 'form', entry: lineEntry({}), sentence: hint.howToAsk() }
    case 'help':
    case 'mine':
    case 'list':
      return { verb }
    case 'cancel':
    case 'end':
    case 'nudge':
      return oneId(verb, rest, hint)
    case 'extend':
      return extend(rest, hint)
    case 'revoke':
      return revoke(rest, hint)
    case 'pause':
    case 'resume':
      return forAll(verb, rest, hint)
    case 'unfreeze':
      return unfreeze(rest, hint)
    case 'emergency':
      return emergency(rest, policy, hint)
    default:
      return ask(first, rest, policy, hint)
  }
}

function oneId(verb: 'cancel' | 'end' | 'nudge', rest: readonly string[], hint: Hints): CommandLine {
  if (rest.length > 1) return wrong(hint.oneAtATime(verb))
  const request = parseId(rest[0] ?? '')
  return request ? { verb, request } : wrong(hint.whichOne(verb, rest[0]))
}

function extend([id, ...rest]: readonly string[], hint: Hints): CommandLine {
  const request = parseId(id ?? '')
  if (!request) return wrong(hint.whichOne('extend', id))
  const ttl = readTtl(rest[0])
  const ttlMs = ttl === 'wrong' ? undefined : ttl
  const words = asTyped(rest.slice(ttl === undefined ? 0 : 1).join(' ')).trim()
  if (ttlMs !== undefined && words !== '') return { verb: 'extend', request, ttlMs, words }
  const faults = ttl === 'wrong' ? { ttl: hint.wrongTtl('', asTyped(rest[0] ?? '')) } : {}
  return { verb: 'extend-form', entry: { request, ttlMs, words, faults }, sentence: hint.extend(request) }
}

function revoke([whom, ...words]: readonly string[], hint: Hints): CommandLine {
  if (whom === undefined) return wrong(hint.revoke())
  const target = revokeTarget(whom)
  if (!target) return wrong(whom.startsWith('@') ? hint.pickThePerson() : hint.revoke())
  const reason = asTyped(words.join(' ')).trim()
  if (reason === '') return wrong(hint.revokeReason(target.verb === 'revoke' ? target.request : asTyped(whom)))
  return { ...target, reason }
}

function revokeTarget(whom: string) {
  const request = parseId(whom)
  if (request) return { verb: 'revoke', request } as const
  const person = whom.toLowerCase() === 'all' ? 'all' : memberOf(whom)
  return person === undefined ? undefined : ({ verb: 'revoke-person', whom: person } as const)
}

function forAll(verb: 'pause' | 'resume', words: readonly string[], hint: Hints): CommandLine {
  const reason = asTyped(words.join(' ')).trim()
  return reason === '' ? wrong(hint.whyForAll(verb)) : { verb, reason }
}

function unfreeze([whom = '', ...words]: readonly string[], hint: Hints): CommandLine {
  const member = memberOf(whom)
  if (member === undefined) return wrong(whom.startsWith('@') ? hint.pickThePerson() : hint.unfreeze())
  const reason = asTyped(words.join(' ')).trim()
  return reason === '' ? wrong(hint.unfreeze()) : { verb: 'unfreeze', whom: member, reason }
}

/** Complete or not, the form confirms it. */
function emergency([first = '', ...rest]: readonly string[], policy: Policy, hint: Hints): CommandLine {
  if (first === '') return { verb: 'emergency', entry: lineEntry({}), sentence: hint.emergency() }
  const line = ask(first, rest, policy, hint)
  if (line.verb === 'form') return { verb: 'emergency', entry: line.entry, sentence: hint.emergency() }
  if (line.verb !== 'ask') return line
  const { entitlement, ttlMs, words } = line
  return { verb: 'emergency', entry: lineEntry({ entitlement, ttlMs, words }), sentence: hint.emergency() }
}

function ask(first: string, rest: readonly string[], policy: Policy, hint: Hints): CommandLine {
  const typed = asTyped(first)
  const id = typed.toLowerCase()
  const entitlement = policy.entitlements.has(id) ? id : undefined
  const ttl = readTtl(rest[0])
  const ttlMs = ttl === 'wrong' ? undefined : ttl
  const words = asTyped(rest.slice(ttl === undefined ? 0 : 1).join(' ')).trim()
  if (entitlement !== undefined && ttl !== 'wrong' && words !== '') return { verb: 'ask', entitlement, ttlMs, words }
  const noLength = ttl === 'wrong' ? asTyped(rest[0] ?? '') : undefined
  const faults = {
    ...(entitlement === undefined ? { entitlement: hint.wrongEntitlement(typed) } : {}),
    ...(noLength === undefined ? {} : { ttl: hint.wrongTtl(id, noLength) }),
  }
  const entry = lineEntry({ entitlement, ttlMs, words, faults })
  if (entitlement === undefined) return { verb: 'form', entry, sentence: hint.unknown(typed) }
  return { verb: 'form', entry, sentence: noLength === undefined ? hint.reason(id) : hint.ttl(id, noLength) }
}

/** A word that starts with a number has to be a length: it is never taken for a part of the reason. */
function readTtl(word: string | undefined): number | 'wrong' | undefined {
  if (word === undefined || !/^[-+−]?\.?\p{Nd}/u.test(word)) return undefined
  return parseDuration(word) ?? 'wrong'
}

function wrong(sentence: string): CommandLine {
  return { verb: 'wrong', sentence }
}
