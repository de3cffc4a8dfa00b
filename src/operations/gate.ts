import { notPaused } from '../core/pausing.ts'
import { type Result, refuse } from '../core/result.ts'
import type { Deps, Gate } from './ports.ts'

/**
 * Stops all new access while the clock is wrong, or the channels are not known to be safe.
 *
 * @param channelsAllow `undefined` while nobody could ask yet
 */
export function gateBehind(clock: { caughtUp(): boolean }, channelsAllow: () => Result<true> | undefined): Gate {
  return { mayGrant: () => (clock.caughtUp() ? (channelsAllow() ?? starting()) : clockIsWrong()) }
}

/**
 * Whether access may be given at all just now: the clock and the channels are right, and nobody has paused it. A pause
 * that comes between this and the Change that gives access is met by the Change's own guard.
 */
export async function mayGrantNow({ gate, store }: Pick<Deps, 'gate' | 'store'>): Promise<Result<true>> {
  const open = gate.mayGrant()
  return open.ok ? notPaused(await store.pause()) : open
}

function starting() {
  return refuse('starting', 'I am just starting. Try again in a moment.')
}

function clockIsWrong() {
  return refuse('clock-jumped', 'No access is given just now: my clock is wrong. The operators were told.')
}
