import { AdapterError } from '../core/adapter-error.ts'
import { alarmKey } from '../core/alarm.ts'
import { pageOf } from '../core/page.ts'
import type { Delivery } from '../core/store.ts'
import { type StandingDeps, standingOf } from './alarm-standing.ts'
import { callWithin } from './call.ts'
import type { Outcome } from './delivery.ts'
import { sha256 } from './hash.ts'
import type { Deps } from './ports.ts'

/** A receiver that has not taken it by then is tried again later. */
const WITHIN_MS = 10_000
const DONE: Outcome = { kind: 'done' }

type Needs = StandingDeps & Pick<Deps, 'log' | 'receivers'>

/** Tells one receiver of alarms how things stand now, until it has taken that: also that the alarm is over. */
export async function deliverPage(deps: Needs, { effect }: Delivery, signal: AbortSignal): Promise<Outcome> {
  if (effect.kind !== 'page') throw new Error(`not a page: ${effect.kind}`)
  const { alarm, receiver, since, dueAt: at } = effect
  if (!deps.receivers.names.includes(receiver)) return DONE // the config has it no more
  const body = JSON.stringify(pageOf(alarm, await standingOf(deps, alarm), { since, at }))
  const page = { body, idempotencyKey: `${alarmKey(alarm)}:${sha256(body).slice(0, 16)}` }
  try {
    await callWithin((aborting) => deps.receivers.post(receiver, page, aborting), { withinMs: WITHIN_MS, signal })
    return DONE
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    deps.log.warn({ receiver, alarm: alarmKey(alarm), why: error.message }, 'an alarm was not taken; trying again')
    return { kind: 'again' }
  }
}
