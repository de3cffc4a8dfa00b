import { merge } from '../core/change.ts'
import { hasLeft } from '../core/leaving.ts'
import type { ResumeVoice } from '../core/pause.ts'
import type { Person } from '../core/person.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import { answered, commit, refused, retryWhenStale } from './commit.ts'
import { mayAllow } from './identity.ts'
import type { Said } from './operations.ts'
import type { Deps } from './ports.ts'
import { hearSecurity } from './security.ts'
import { decidePause, decideResume, type Stopping, type Wanted } from './stop-button.ts'

type Order = Said & { readonly reason: string }

/** Somebody of the security team stops all new access. That takes away, so the last known answer may stand in. */
export async function pause(deps: Deps, order: Order): Promise<void> {
  const person = await hearSecurity(deps, order.by, 'last-known')
  await stop(deps, order, { person, event: 'revoke.refused', decide: (wanted, now) => decidePause(deps, wanted, now) })
}

/** One of the two voices that it takes to give access again: looked up afresh, and so is the one before. */
export async function resume(deps: Deps, order: Order): Promise<void> {
  const person = await hearSecurity(deps, order.by, 'now')
  await stop(deps, order, { person, event: 'approval.refused', decide: (...asked) => oneVoice(deps, ...asked) })
}

async function oneVoice(deps: Deps, wanted: Wanted, now: number, person: Person): Promise<Result<Stopping>> {
  const counts = await mayAllow(deps, person)
  if (!counts.ok) return counts
  const decided = await decideResume(deps, wanted, now, (voice) => stillCounts(deps, voice))
  return decided.ok ? accept({ ...decided.value, change: merge(decided.value.change, counts.value) }) : decided
}

/** One of the security people, afresh, whose yes counts: his word gives access. */
async function surely(deps: Deps, by: string): Promise<Result<Person>> {
  const person = await hearSecurity(deps, by, 'now')
  if (!person.ok) return person
  const counts = await mayAllow(deps, person.value)
  return counts.ok ? person : counts
}

/** Whether a voice of before would count if it were given now. A look-up that fails says neither. */
async function stillCounts(deps: Deps, { by, subject }: ResumeVoice): Promise<Result<boolean>> {
  if (by.startsWith('cli:')) return accept(true)
  const sure = await surely(deps, by)
  if (sure.ok) return accept(sure.value.subject === subject)
  return isClearNo(sure.refusal) ? accept(false) : sure
}

const CLEAR_NOES: ReadonlySet<string> = new Set(['not-security', 'frozen', 'subject-changed'])

function isClearNo(refusal: Refusal): boolean {
  return hasLeft(refusal) || CLEAR_NOES.has(refusal.code)
}

interface Stop {
  readonly person: Result<Person>
  /** What a refusal is called in the log. */
  readonly event: 'revoke.refused' | 'approval.refused'
  readonly decide: (wanted: Wanted, now: number, person: Person) => Promise<Result<Stopping>>
}

async function stop(deps: Deps, order: Order, { person, event, decide }: Stop): Promise<void> {
  await retryWhenStale(async () => {
    const now = deps.clock.now()
    const decided = person.ok ? await decide(wantedBy(person.value, order), now, person.value) : person
    if (!decided.ok) return commit(deps, refused(deps, order, decided.refusal, { name: event }, now))
    await commit(deps, merge(decided.value.change, answered(order, decided.value.sentence, now)))
  })
}

function wantedBy({ id, name, subject }: Person, { reason }: Order): Wanted {
  return { by: id, name, subject, reason }
}
