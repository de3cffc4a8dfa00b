import { http } from './http.ts'
import { opsgenie } from './opsgenie.ts'
import { pagerduty } from './pagerduty.ts'
import { type AskSchedule, ScheduleFault, type ScheduleSetup } from './port.ts'

/** One look-up, with all of its pages. Whoever pressed waits for it. */
const TIME_LIMIT_MS = 5_000

interface Setup {
  reveal(): ScheduleSetup
}

/** The schedules of the config, by the name of the group. Opening them asks nobody. */
export function openSchedules(setups: ReadonlyMap<string, Setup>, timeLimitMs = TIME_LIMIT_MS) {
  const asks = new Map([...setups].map(([group, setup]) => [group, askOf(setup.reveal())]))
  return {
    /**
     * Who of the group is on call now: e-mail addresses, or Slack member ids.
     * @throws {ScheduleFault} when that is not clear within the time limit
     */
    async onCall(group: string): Promise<readonly string[]> {
      const ask = asks.get(group)
      if (!ask) throw new ScheduleFault('not in the config')
      return ask(AbortSignal.timeout(timeLimitMs))
    },
  }
}

function askOf(setup: ScheduleSetup): AskSchedule {
  switch (setup.kind) {
    case 'pagerduty':
      return pagerduty(setup)
    case 'opsgenie':
      return opsgenie(setup)
    case 'http':
      return http(setup)
  }
}
