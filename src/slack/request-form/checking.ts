import type { SlackId } from '../../core/ids.ts'
import type { Entitlement, Policy } from '../../core/policy.ts'
import type { Refusal } from '../../core/result.ts'
import { wanted } from '../../core/submission.ts'
import type { Asked, Operations } from '../../operations/operations.ts'
import { readCommandLine } from '../command-line.ts'
import { INPUT } from '../ids.ts'
import type { CommandBody, SubmissionBody } from '../inbox-body.ts'
import { plainSentence } from '../markup.ts'
import { knownWithin } from '../within.ts'
import { askedIn, type Entry, lineEntry } from './entry.ts'

/** Slack waits three seconds for field errors. */
const CHECK_WITHIN_MS = 2_000
/** A command still has to be stored after that, or the form opened. */
const LINE_WITHIN_MS = 1_000

const NOT_FILLED = 'The rest of the form was not there yet. Choose purpose and length, then ask again.'

interface CheckDeps {
  readonly operations: Pick<Operations, 'wouldAccept'>
  readonly policy: Policy
}

/** What is wrong with a filled form, by `block_id`. What is not known in time is decided, and told, after it is stored. */
export async function formFaults(
  { operations }: Pick<CheckDeps, 'operations'>,
  { user, values }: SubmissionBody,
): Promise<Record<string, string> | undefined> {
  const asked = askedIn(values)
  if (!asked) return { [INPUT.entitlement]: NOT_FILLED }
  const may = await knownWithin(operations.wouldAccept(user, asked), CHECK_WITHIN_MS)
  if (!may || may.ok) return undefined
  return { [fieldOf(may.refusal)]: plainSentence(may.refusal.sentence) }
}

/** What the form opens with, and the sentence that says how to type the line. */
export interface Opens {
  readonly entry: Entry
  readonly sentence: string
}

/** For a line that is not complete or does not pass; `undefined` for any other line. */
export async function formFor(deps: CheckDeps, { user, text }: CommandBody): Promise<Opens | undefined> {
  const line = readCommandLine(text, deps.policy)
  if (line.verb === 'form') return line
  return line.verb === 'ask' ? formInstead(deps, user, line) : undefined
}

/** For a complete line whose length, purpose or reason does not pass. */
async function formInstead({ operations, policy }: CheckDeps, by: SlackId, asked: Asked): Promise<Opens | undefined> {
  const { ttlMs, words } = asked
  const entitlement = policy.entitlements.get(asked.entitlement)
  if (!entitlement || !isDoubtful(entitlement, asked)) return undefined
  const may = await knownWithin(operations.wouldAccept(by, asked), LINE_WITHIN_MS)
  if (!may || may.ok) return undefined
  const field = fieldOf(may.refusal)
  if (field === INPUT.entitlement) return undefined
  const fault = field === INPUT.purpose ? 'Choose what it is for.' : may.refusal.sentence
  const entry = lineEntry({ entitlement: entitlement.id, ttlMs, words, faults: { [field]: fault } })
  return { entry, sentence: may.refusal.sentence }
}

/** Whether some rule, if it were the one that counts, would refuse the line: only then is it worth asking first. */
function isDoubtful(entitlement: Entitlement, asked: Asked): boolean {
  return entitlement.rules.some((rule) => {
    const memberOf = new Set(rule.requesters.map(({ name }) => name))
    return !wanted({ ...entitlement, rules: [rule] }, asked, { memberOf, uses: new Map() }).ok
  })
}

/** The field that a refusal is about. */
function fieldOf({ code }: Refusal): keyof typeof INPUT {
  if (code === 'ttl') return INPUT.ttl
  if (code === 'no-purpose') return INPUT.purpose
  return /^(reason|text)/.test(code) ? INPUT.reason : INPUT.entitlement
}
