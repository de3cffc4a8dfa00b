import { type Change, type Guard, merge, nothing, record } from '../core/change.ts'
import { freeze, keysOf, notFrozen } from '../core/freezing.ts'
import type { SlackId, Subject } from '../core/ids.ts'
import type { Person } from '../core/person.ts'
import { accept, type Result, refuse } from '../core/result.ts'
import { commit, retryWhenStale } from './commit.ts'
import { pendingRequestsOf } from './history.ts'
import type { Deps } from './ports.ts'
import { tellSecurity } from './tell-security.ts'

type Needs = Pick<Deps, 'clock' | 'policy' | 'reached' | 'store'>

/**
 * Whether somebody is who he was when he was first seen. Gives the pin to be stored with what he does, the first time.
 * If Slack shows another e-mail address now, he is frozen and security is told, before this refuses. A subject that the
 * config gives cannot be changed in Slack, so nothing is pinned then.
 */
export async function stillHimself(deps: Needs, person: Person): Promise<Result<Change>> {
  if (deps.policy.people.subject.kind !== 'email') return accept(nothing)
  const pinned = await deps.store.pinOf(person.id)
  if (pinned === undefined) return accept({ pins: [{ id: person.id, subject: person.subject, at: deps.clock.now() }] })
  if (pinned === person.subject) return accept(nothing)
  await freezeChanged(deps, person, pinned)
  return refuse(
    'subject-changed',
    'Your e-mail address in Slack is another one than I know you by, so I cannot be sure who you are. Security was told: ask them to confirm it.',
  )
}

/** Whether anything may be given to somebody: he is who he was, and not frozen. Gives the pin, as above. */
export async function mayReceive(deps: Needs, person: Person): Promise<Result<Change>> {
  const same = await stillHimself(deps, person)
  if (!same.ok) return same
  const thawed = notFrozen(await deps.store.freezes(keysOf(person)), 'yours')
  return thawed.ok ? same : thawed
}

/**
 * Whether somebody's yes counts, for others or for the bot: he is who he was, and not frozen, which must be so still when
 * it is stored. Gives the pin, as above.
 */
export async function mayAllow(deps: Needs, person: Person): Promise<Result<Change>> {
  const same = await stillHimself(deps, person)
  if (!same.ok) return same
  const keys = keysOf(person)
  const frozen = await deps.store.freezes(keys)
  return frozen.length === 0
    ? accept(merge(same.value, { guards: [{ kind: 'not-frozen', keys }] }))
    : refuse('frozen', 'Your yes does not count just now: security has to look at something first. Ask them.')
}

/**
 * Frozen under the Slack id and the address of before: whoever shares that one is the same person. Not under the new
 * address: it may be that of somebody who knows nothing of this.
 */
async function freezeChanged(deps: Needs, person: Person, pinned: Subject): Promise<void> {
  await retryWhenStale(async () => {
    const { store } = deps
    const frozen = await store.freezes([person.id])
    const key = toldKey(person.id)
    const told = await store.note(key)
    const isFrozen = frozen.some(({ why }) => why === 'subject-changed')
    if (isFrozen && told === person.subject) return
    const at = deps.clock.now()
    const detail = { member: [person.id], now: person.subject }
    const isFirst: Guard[] = frozen.length === 0 ? [{ kind: 'not-frozen', keys: [person.id] }] : []
    await commit(
      deps,
      merge(
        { guards: [...isFirst, { kind: 'noted', key, value: told ?? null }] }, // of two at once, one tells
        { notes: [{ key, value: person.subject }] },
        record({ name: 'person.subject-changed', at, actor: 'system', subject: pinned, detail }),
        isFrozen ? nothing : freeze([pinned, person.id], { at, by: 'system', why: 'subject-changed', request: null }),
        tellSecurity(deps, await alertFor(deps, person, pinned), `${key}:${person.subject}:${at}`, at),
        await redrawsOf(deps, [pinned], at),
      ),
    )
  })
}

/** Where it is noted which other address of a member security was told of last. */
function toldKey(id: SlackId): string {
  return `subject-told:${id}`
}

async function alertFor(
  { policy, store }: Pick<Deps, 'policy' | 'store'>,
  { id, name, subject }: Person,
  pinned: Subject,
): Promise<string> {
  const others = (await store.pinnedAs(subject)).filter((other) => other !== id)
  const whose = others.length > 0 ? ` By THAT address I know another member already: ${others.join(', ')}.` : ''
  return `${name} (${id}) was ${pinned} and has the e-mail address ${subject} in Slack now.${whose} Nothing is given to this person until one of you has asked who that is, and lifts it: ${policy.command} unfreeze @PERSON REASON. What the person holds stays: ${policy.command} revoke @PERSON REASON takes it away.`
}

/**
 * Whether security may take the address that Slack shows now for the right one: it is the one of before, or was told to
 * them. Another one is told now, and refused.
 */
export async function wasTold(deps: Needs, person: Person): Promise<Result<Change>> {
  if (deps.policy.people.subject.kind !== 'email') return accept(nothing)
  const { store } = deps
  const key = toldKey(person.id)
  const [pinned, told, frozen] = await Promise.all([
    store.pinOf(person.id),
    store.note(key),
    store.freezes([person.id]),
  ])
  if (pinned === undefined || pinned === person.subject) return accept(nothing)
  const knew = frozen.some(({ why }) => why === 'subject-changed') ? (told ?? pinned) : pinned
  if (knew === person.subject) return accept({ guards: [{ kind: 'noted', key, value: knew }] })
  await freezeChanged(deps, person, pinned)
  return refuse(
    'another-address',
    `The address is now ${person.subject}, not ${knew} that you were told of: look again. Nothing was lifted.`,
  )
}

/** The cards of somebody’s open requests are drawn again: whether they can be approved has changed. */
export async function redrawsOf(deps: Pick<Deps, 'store'>, subjects: readonly Subject[], at: number): Promise<Change> {
  const pending = subjects.map((subject) => pendingRequestsOf(deps, subject))
  return { redraws: (await Promise.all(pending)).flat().map(({ id: request }) => ({ request, at })) }
}
