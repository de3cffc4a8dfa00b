import { z } from 'zod'
import { getJson } from './get-json.ts'
import { address, distinct, readAnswer } from './on-call.ts'
import { type AskSchedule, ScheduleFault, type ScheduleSetup } from './port.ts'

/** PagerDuty gives at most 100 entries at a time: one for each person and escalation policy. */
const PAGE = 100
const MOST_PAGES = 10

/** https://developer.pagerduty.com/api-reference: `GET /oncalls`, with `include[]=users`. */
const page = z.object({
  oncalls: z.array(z.object({ user: z.object({ email: address }), schedule: z.object({ id: z.string() }) })),
  more: z.boolean(),
})

/** Who is on call in a schedule of PagerDuty, in whichever escalation policies it stands. */
export function pagerduty({ schedule, token, url }: Extract<ScheduleSetup, { kind: 'pagerduty' }>): AskSchedule {
  const headers = { authorization: `Token token=${token}`, accept: 'application/vnd.pagerduty+json;version=2' }
  return async (signal) => {
    const people: string[] = []
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const answer = await getJson(addressOf(url, schedule, people.length), headers, signal)
      const { oncalls, more } = readAnswer(page, answer)
      // whoever is on call elsewhere must not come in by an answer to another question
      if (oncalls.some((one) => one.schedule.id !== schedule)) throw new ScheduleFault('answered for another schedule')
      people.push(...oncalls.map(({ user }) => user.email))
      if (!more) return distinct(people)
      if (oncalls.length === 0) throw new ScheduleFault('answered an empty page with more to come')
    }
    throw new ScheduleFault(`answered more than ${MOST_PAGES} pages`)
  }
}

function addressOf(root: string, schedule: string, offset: number): URL {
  const url = new URL(`${root.replace(/\/$/, '')}/oncalls`)
  url.searchParams.append('schedule_ids[]', schedule)
  url.searchParams.append('include[]', 'users')
  url.searchParams.append('limit', String(PAGE))
  url.searchParams.append('offset', String(offset))
  return url
}
