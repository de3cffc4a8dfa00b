import { alarmReceivers } from '../../src/adapters/alarm-receivers.ts'
import { MINUTE } from './make.ts'
import type { Pager } from './pager.ts'
import type { Mishap } from './target.ts'
import type { World } from './world.ts'

export const SECOND = 1_000
export const receiversOf = (...pagers: Pager[]) =>
  alarmReceivers(
    pagers.map(({ webhook }) => webhook),
    Date.now,
  )
export const bodies = ({ taken }: Pager) => taken.map(({ body }) => body)

/** From now on the target answers every revoke so. */
export function revokesFail(night: World, mishap: Mishap): void {
  night.target.mishaps.revoke.length = 0
  night.target.mishaps.revoke.push(...Array<Mishap>(10_000).fill(mishap))
}

export function mend(night: World): void {
  night.target.mishaps.revoke.length = 0
}

/** Ann has access, and it ends; the target does not let go. */
export async function endsStuck(night: World, mishap: Mishap = 'unreachable') {
  await night.asks('U0ANN')
  const id = await night.newest()
  await night.approves('U0LEE', id)
  await night.settles()
  revokesFail(night, mishap)
  await night.passes(15 * MINUTE)
  return id
}

export async function passesInSteps(night: World, ms: number, step = SECOND): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) await night.passes(step)
}

export async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** What the channel was told of stuck access: the detail of each event. */
export async function stuckEvents(night: World) {
  const events = await night.store.events({ limit: 10_000 })
  return events.filter(({ name }) => name === 'grant.stuck')
}
