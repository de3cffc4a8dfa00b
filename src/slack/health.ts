import type { RequestListener } from 'node:http'
import { answer } from './front-door.ts'

/** `GET /healthz`: alive; `/readyz`: able to work, or 503 with the reasons why not. */
export function healthGets(reasonsAgainst: () => Promise<readonly string[]>): RequestListener {
  return async (request, response) => {
    const path = request.url?.split('?')[0]
    if (path !== '/healthz' && path !== '/readyz') return answer(response, 404, 'not found\n')
    const reasons = path === '/readyz' ? await reasonsAgainst() : []
    if (reasons.length > 0) answer(response, 503, `${reasons.join('\n')}\n`)
    else answer(response, 200, 'ok\n')
  }
}
