import { type Result, refuse } from '../core/result.ts'
import type { Gate } from './ports.ts'

/**
 * Stops all new access while the clock is wrong, or the channels are not known to be safe.
 *
 * @param channelsAllow `undefined` while nobody could ask yet
 */
export function gateBehind(clock: { caughtUp(): boolean }, channelsAllow: () => Result<true> | undefined): Gate {
  return { mayGrant: () => (clock.caughtUp() ? (channelsAllow() ?? starting()) : clockIsWrong()) }
}

function starting() {
  return refuse('starting', 'I am just starting. Try again in a moment.')
}

function clockIsWrong() {
  return refuse('clock-jumped', 'No access is given just now: my clock is wrong. The operators were told.')
}
