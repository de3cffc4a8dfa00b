import type { SlackId } from '../../core/ids.ts'
import type { Entitlement, Policy } from '../../core/policy.ts'
import type { Refusal } from '../../core/result.ts'
import { wanted } from '../../core/submission.ts'
import type { Asked, Operations } from '../../operations/operations.ts'
import { readCommandLine } from '../command-line.ts'
import { openEmergencyForm } from '../emergency-form/opening.ts'
import type { MoreEntry } from '../extend-form/entry.ts'
import { openExtendForm } from '../extend-form/opening.ts'
import { INPUT } from '../ids.ts'
import type { CommandBody, SubmissionBody } from '../inbox-body.ts'
import { plainSentence } from '../markup.ts'
import type { FormDeps, Wish } from '../open-modal.ts'
import { CHECK_WITHIN_MS, knownWithin } from '../within.ts'
import { askedIn, type Entry, lineEntry } from './entry.ts'
import { openForm } from './opening.ts'

/** A command still has to be stored after that, or the form opened. */
const LINE_WITHIN_MS = 1_000

const NOT_FILLED = 'The rest of the form was not there yet. Choose purpose and length, then ask again.'

interface CheckDeps {
  readonly operations: Pick<Operations, 'wouldAccept' | 'held'>
  readonly policy: Policy
}

/** What is wrong with a filled form, by `block_id`. What is not known in time is decided, and told, after it is stored. */
export async function formFaults(
  { operations }: { readonly operations: Pick<Operations, 'wouldAccept'> },
  { user, values }: SubmissionBody,
): Promise<Record<string, string> | undefined> {
  const asked = askedIn(values)
  if (!asked) return { [INPUT.entitlement]: NOT_FILLED }
  const may = await knownWithin(operations.wouldAccept(user, asked), CHECK_WITHIN_MS)
  if (!may || may.ok) return undefined
  return { [fieldOf(may.refusal)]: plainSentence(may.refusal.sentence) }
}

/** A form that opens instead, and the sentence that says how to type the line. */
export interface Opens {
  readonly sentence: string
  /** Never throws. */
  open(deps: FormDeps, wish: Wish): Promise<void>
}

function opensForm(entry: Entry, sentence: string): Opens {
  return { sentence, open: (deps, wish) => openForm(deps, wish, entry) }
}

function opensExtendForm(entry: MoreEntry, sentence: string): Opens {
  return { sentence, open: (deps, wish) => openExtendForm(deps, wish, entry) }
}

function opensEmergencyForm(entry: Entry, sentence: string): Opens {
  return { sentence, open: (deps, wish) => openEmergencyForm(deps, wish, { entry, instead: undefined }) }
}

/** For a line that is not complete or does not pass; `undefined` for any other line. */
export async function formFor(deps: CheckDeps, { user, text }: CommandBody): Promise<Opens | undefined> {
  const line = readCommandLine(text, deps.policy)
  if (line.verb === 'form') return opensForm(line.entry, line.sentence)
  if (line.verb === 'extend-form') return opensExtendForm(line.entry, line.sentence)
  if (line.verb === 'emergency') return opensEmergencyForm(line.entry, line.sentence)
  return line.verb === 'ask' ? formInstead(deps, user, line) : undefined
}

/** For a complete line whose length, purpose or reason does not pass. */
async function formInstead({ operations, policy }: CheckDeps, by: SlackId, asked: Asked): Promise<Opens | undefined> {
  const { ttlMs, words } = asked
  const entitlement = policy.entitlements.get(asked.entitlement)
  if (!entitlement) return undefined
  const held = await operations.held(by, entitlement.id).catch(() => undefined)
  if (held) return opensExtendForm({ request: held.request, ttlMs, words, faults: {} }, held.sentence)
  if (!isDoubtful(entitlement, asked)) return undefined
  const may = await knownWithin(operations.wouldAccept(by, asked), LINE_WITHIN_MS)
  if (!may || may.ok) return undefined
  const field = fieldOf(may.refusal)
  if (field === INPUT.entitlement) return undefined
  const fault = field === INPUT.purpose ? 'Choose what it is for.' : may.refusal.sentence
  const entry = lineEntry({ entitlement: entitlement.id, ttlMs, words, faults: { [field]: fault } })
  return opensForm(entry, may.refusal.sentence)
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
