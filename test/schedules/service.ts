import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { openSchedules } from '../../src/schedules/open.ts'
import type { ScheduleSetup } from '../../src/schedules/port.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

export const TOKEN = 'c4nary-of-the-schedule'

/** A service of on-call schedules on this machine, which answers as a test wants. */
export async function startService(finishing: (work: () => Promise<void>) => void = onTestFinished) {
  const asked: IncomingMessage[] = []
  const service = { answer: json({ members: [] }) as Answer }
  const server = createServer((request, response) => {
    asked.push(request)
    service.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  finishing(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    /** What was asked, oldest first. */
    asked,
    answers: (answer: Answer) => {
      service.answer = answer
    },
    /** Lists these people, as the generic source reads it. */
    lists: (...members: readonly string[]) => {
      service.answer = json({ members })
    },
    /** Asks the bot's own port for the group `oncall` with this schedule. */
    onCall: (setup: Wanted, timeLimitMs?: number) => {
      const whole = { url, ...credentials, schedule: 'PX12345', ...setup } as unknown as ScheduleSetup
      return openSchedules(new Map([['oncall', new Secret(whole)]]), timeLimitMs).onCall('oncall')
    },
  }
}

export type Service = Awaited<ReturnType<typeof startService>>

const credentials = { token: TOKEN, key: TOKEN }

interface Wanted {
  readonly kind: ScheduleSetup['kind']
  readonly schedule?: string
  readonly url?: string
}

export function json(body: unknown, status = 200): Answer {
  return (_request, response) => void response.writeHead(status).end(JSON.stringify(body))
}

/** An entry of PagerDuty, of the schedule `PX12345`. */
export function entry(email: string, schedule = 'PX12345') {
  return { user: { id: 'PUSER', type: 'user', email }, schedule: { id: schedule }, escalation_level: 1 }
}
