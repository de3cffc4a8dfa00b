import { z } from 'zod'
import { getJson } from './get-json.ts'
import { address, distinct, readAnswer } from './on-call.ts'
import type { AskSchedule, ScheduleSetup } from './port.ts'

/** Nothing else may stand in it: an answer with an `error` beside its members is not a clear one. */
const listed = z.strictObject({
  members: z.array(z.union([z.string().regex(/^[UW][A-Z0-9]{2,20}$/), address])),
})

/** Who is on call, by any service that lists e-mail addresses or Slack member ids. */
export function http({ url, token }: Extract<ScheduleSetup, { kind: 'http' }>): AskSchedule {
  const asked = new URL(url)
  const headers: Readonly<Record<string, string>> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return async (signal) => distinct(readAnswer(listed, await getJson(asked, headers, signal)).members)
}
