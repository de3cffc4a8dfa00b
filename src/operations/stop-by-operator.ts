import type { SlackId } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { accept, type Result } from '../core/result.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps, People } from './ports.ts'
import { decidePause, decideResume, type Stopping, type Wanted } from './stop-button.ts'
import { liftFreezes, type Names, namesOf, nobodyKnows } from './unfreeze.ts'

/** Somebody at the command line: his word is worth what that of one of the security people is. */
export interface Operator {
  /** The system's user. */
  readonly user: string
  readonly reason: string
}

type Needs = Pick<Deps, 'clock' | 'ids' | 'store'>

/** What was done, in a sentence. */
export interface Done {
  readonly sentence: string
  /** Whether no access is given afterwards. */
  readonly paused: boolean
}

/** Stops all new access; a bot that runs, or starts later, finds it in the database. */
export function pauseByOperator(deps: Needs, operator: Operator): Promise<Result<Done>> {
  return stop(deps, operator, decidePause)
}

/** One of the two voices that it takes to give access again. */
export function resumeByOperator(deps: Needs, operator: Operator): Promise<Result<Done>> {
  return stop(deps, operator, decideResume)
}

type Decide = (deps: Needs, wanted: Wanted, now: number) => Promise<Result<Stopping>>

function stop(deps: Needs, { user, reason }: Operator, decide: Decide): Promise<Result<Done>> {
  const wanted = { by: `cli:${user}`, name: `operator ${user}`, subject: user, reason }
  return retryWhenStale(async () => {
    const decided = await decide(deps, wanted, deps.clock.now())
    if (decided.ok) await commit({ ...deps, reached() {} }, decided.value.change)
    return decided
  })
}

export interface Thaw extends Operator {
  /** A Slack id, or a subject. */
  readonly whom: string
}

/** Lifts the freezes of a person. Slack is asked who that is now, unless `people` is `undefined`: then no pin changes. */
export async function unfreezeByOperator(
  deps: Pick<Deps, 'clock' | 'policy' | 'store'> & { readonly people: Pick<People, 'lookUp'> | undefined },
  { user, whom: typed, reason }: Thaw,
): Promise<Result<string>> {
  const whom = typed.includes('@') ? typed.toLowerCase() : typed // as addresses are kept
  const ids = isSlackId(whom) ? [whom] : await deps.store.pinnedAs(whom)
  const seen = deps.people ? await seenNow(deps.people, ids) : accept([])
  if (!seen.ok) return seen
  return retryWhenStale(async () => {
    const names = await allNames(deps, { whom, ids, seen: seen.value })
    const lifting = { names, seen: seen.value, by: `cli:${user}`, reason }
    const lifted = await liftFreezes(deps, lifting, deps.clock.now())
    if (!lifted.ok) return lifted
    await commit({ ...deps, reached() {} }, lifted.value.change)
    return accept(lifted.value.sentence)
  })
}

function isSlackId(typed: string): boolean {
  return /^[UW][A-Z0-9]{2,20}$/.test(typed)
}

async function seenNow(people: Pick<People, 'lookUp'>, ids: readonly SlackId[]): Promise<Result<readonly Person[]>> {
  const seen: Person[] = []
  for (const id of ids) {
    const person = await people.lookUp(id, 'now')
    if (!person.ok) return nobodyKnows(person.refusal)
    seen.push(person.value)
  }
  return accept(seen)
}

async function allNames(
  deps: Pick<Deps, 'store'>,
  { whom, ids, seen }: { whom: string; ids: readonly SlackId[]; seen: readonly Person[] },
): Promise<Names> {
  const each = await Promise.all(
    ids.map((id) =>
      namesOf(
        deps,
        id,
        seen.filter((person) => person.id === id),
      ),
    ),
  )
  const subjects = [...each.flatMap((names) => names.subjects), ...(isSlackId(whom) ? [] : [whom])]
  return { ids, subjects: [...new Set(subjects)] }
}
