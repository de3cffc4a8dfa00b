import type { RequestListener } from 'node:http'
import { answer } from './front-door.ts'

/** What those who watch the bot can ask it. */
export interface Health {
  /** Why it cannot do its work now; empty when it can. */
  reasonsAgainst(): Promise<readonly string[]>
  /** In the text format of Prometheus. */
  metrics(): Promise<string>
}

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8'

interface Answer {
  readonly status: number
  readonly body: string
  readonly type?: string
}

/** `GET /healthz`: alive; `/readyz`: able to work, or 503 with the reasons why not; `/metrics`: for Prometheus. */
export function healthGets(health: Health): RequestListener {
  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const { status, body, type } = await answerTo(health, path).catch(() => CANNOT_TELL)
    answer(response, status, body, type)
  }
}

const CANNOT_TELL: Answer = { status: 500, body: 'cannot tell\n' }

async function answerTo({ reasonsAgainst, metrics }: Health, path: string): Promise<Answer> {
  switch (path) {
    case '/healthz':
      return { status: 200, body: 'ok\n' }
    case '/readyz': {
      const reasons = await reasonsAgainst()
      return reasons.length > 0 ? { status: 503, body: `${reasons.join('\n')}\n` } : { status: 200, body: 'ok\n' }
    }
    case '/metrics':
      return { status: 200, body: await metrics(), type: PROMETHEUS_TEXT }
    default:
      return { status: 404, body: 'not found\n' }
  }
}
