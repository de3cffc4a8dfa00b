import { z } from 'zod'
import type { SlackId } from '../core/ids.ts'
import type { Store } from '../core/store.ts'
import type { Clock, Log } from '../operations/ports.ts'
import { readHomeFrom } from './home-from.ts'
import type { Homes } from './homes.ts'
import { HOME_ACTION } from './ids.ts'
import type { PressBody } from './inbox-body.ts'
import { loggable } from './slack-error.ts'

export interface HomeListening {
  readonly homes: Homes
  readonly store: Pick<Store, 'commit'>
  readonly clock: Clock
  readonly log: Log
}

const opened = z.object({ tab: z.literal('home'), user: z.string() })

const TURNING: ReadonlySet<string> = new Set(Object.values(HOME_ACTION))

/** Somebody opened a tab of the app: Home is drawn from the beginning of its lists. Never throws. */
export async function onHomeOpened(deps: HomeListening, event: unknown): Promise<void> {
  const { success, data } = opened.safeParse(event)
  if (!success) return
  deps.homes.turn(data.user, {})
  await drawHome(deps, data.user)
}

/** Whether a press only draws Home anew: nothing is stored for it. */
export function turnsHome({ home, action }: PressBody): boolean {
  return home === true && TURNING.has(action)
}

/** Notes what part of its lists Home shows, from what Slack sent back of it. */
export function noteHome({ homes }: HomeListening, { user, action, value, home }: PressBody, metadata = ''): void {
  if (!home) return
  homes.turn(user, readHomeFrom(TURNING.has(action) ? value : metadata))
}

/** Draws somebody's Home now; what does not work now is tried again from the outbox. Never throws. */
export async function drawHome({ homes, store, clock, log }: HomeListening, person: SlackId): Promise<void> {
  try {
    await homes.draw(person)
  } catch (error) {
    log.warn({ ...loggable(error), person }, 'a Home could not be drawn; trying again')
    const effect = { kind: 'home', person, dueAt: clock.now() } as const
    await store.commit({ effects: [effect] }).catch((err: unknown) => log.error({ err }, 'nor noted to be drawn'))
  }
}
