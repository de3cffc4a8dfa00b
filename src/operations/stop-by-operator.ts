import type { SlackId } from '../core/ids.ts'
import { hasLeft } from '../core/leaving.ts'
import type { Person } from '../core/person.ts'
import { accept, type Refusal, type Result } from '../core/result.ts'
import { commit, retryWhenStale } from './commit.ts'
import type { Deps, People } from './ports.ts'
import { decidePause, decideResume, type Stopping, type Wanted } from './stop-button.ts'
import { freezesOf, liftFreezes, type Names, namesOf, nobodyKnows } from './unfreeze.ts'

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
  needs: Pick<Deps, 'clock' | 'policy' | 'store'> & { readonly people: Pick<People, 'lookUp'> | undefined },
  { user, whom, reason }: Thaw,
): Promise<Result<string>> {
  const deps = { ...needs, reached() {} }
  const known = await knownAs(deps, whom)
  const seen = deps.people ? await seenNow(deps.people, known.ids) : accept([])
  if (!seen.ok) return seen
  const names = await allNames(deps, known, seen.value)
  const met = await freezesOf(deps, names)
  return retryWhenStale(async () => {
    const lifting = { names, met, seen: seen.value, by: `cli:${user}`, reason }
    const lifted = await liftFreezes(deps, lifting, deps.clock.now())
    if (!lifted.ok) return lifted
    await commit(deps, lifted.value.change)
    return accept(lifted.value.sentence)
  })
}

const SLACK_ID = /^[UW][A-Z0-9]{2,20}$/

/** Who is meant by what was typed: a Slack id in any case, or a subject; by the config's map, and by what was pinned. */
async function knownAs({ policy, store }: Pick<Deps, 'policy' | 'store'>, typed: string): Promise<Names> {
  const naming = policy.people.subject
  const subject = typed.includes('@') ? typed.toLowerCase() : typed // as addresses are kept
  const id = typed.toUpperCase()
  const entries = naming.kind === 'map' ? Object.entries(naming.map) : []
  const mapped = entries.filter(([one, name]) => one === id || name.toLowerCase() === typed.toLowerCase())
  const pinned = await store.pinnedAs(subject)
  const isSubject = [...mapped, ...pinned, ...(await store.freezes([subject]))].length > 0
  const isId = SLACK_ID.test(typed) || (!isSubject && SLACK_ID.test(id))
  const subjects = [...mapped.map(([, name]) => name), ...(isId ? [] : [subject])]
  return { ids: distinct([...mapped.map(([one]) => one), ...pinned, ...(isId ? [id] : [])]), subjects }
}

/** Of several accounts of one person, one that is gone keeps back none of the others. */
async function seenNow(people: Pick<People, 'lookUp'>, ids: readonly SlackId[]): Promise<Result<readonly Person[]>> {
  const seen: Person[] = []
  let gone: Refusal | undefined
  for (const id of ids) {
    const person = await people.lookUp(id, 'now')
    if (person.ok) seen.push(person.value)
    else if (hasLeft(person.refusal)) gone = person.refusal
    else return nobodyKnows(person.refusal)
  }
  return gone && seen.length === 0 ? nobodyKnows(gone) : accept(seen)
}

/** What Slack shows now first, for that is who he is. */
async function allNames(deps: Pick<Deps, 'store'>, { ids, subjects }: Names, seen: readonly Person[]): Promise<Names> {
  const each = await Promise.all(ids.map((id) => namesOf(deps, id, ofId(seen, id))))
  return { ids, subjects: distinct([...each.flatMap((names) => names.subjects), ...subjects]) }
}

function ofId(seen: readonly Person[], id: SlackId): Person[] {
  return seen.filter((person) => person.id === id)
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)]
}
