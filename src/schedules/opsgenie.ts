import { z } from 'zod'
import { getJson } from './get-json.ts'
import { address, distinct, readAnswer } from './on-call.ts'
import type { AskSchedule, ScheduleSetup } from './port.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** https://docs.opsgenie.com/docs/who-is-on-call-api: with `flat=true`, the names of users, which are e-mail addresses. */
const onCalls = z.object({ data: z.object({ onCallRecipients: z.array(address) }) })

/** Who is on call in a schedule of Opsgenie, or of a service with its API. */
export function opsgenie({ schedule, key, url }: Extract<ScheduleSetup, { kind: 'opsgenie' }>): AskSchedule {
  const asked = new URL(`${url.replace(/\/$/, '')}/v2/schedules/${encodeURIComponent(schedule)}/on-calls`)
  asked.searchParams.set('scheduleIdentifierType', UUID.test(schedule) ? 'id' : 'name')
  asked.searchParams.set('flat', 'true')
  return async (signal) => {
    const answer = await getJson(asked, { authorization: `GenieKey ${key}` }, signal)
    return distinct(readAnswer(onCalls, answer).data.onCallRecipients)
  }
}
