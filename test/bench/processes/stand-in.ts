import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { emailOf, personId } from '../crowd.ts'
import { serve } from './serve.ts'

/**
 * Stands in for Slack's Web API, for answers by `response_url` and for a target that does nothing: as lean as can be, in
 * a process of its own, and without Slack's rates, so that it is the bot that is measured.
 */
let engineers: string[] = []
let lastTs = 0
const held = new Set<string>()
/** Epoch milliseconds of the first revoke call for each grant. */
let revokes = new Map<string, number>()
const counts = new Map<string, number>()

type Answer = Readonly<Record<string, unknown>>

const METHODS: Readonly<Record<string, (given: URLSearchParams) => Answer>> = {
  'auth.test': () => ({ team_id: 'T0BENCH', user_id: 'U0BENCH', bot_id: 'B0BENCH' }),
  'users.info': (given) => ({ user: member(given.get('user') ?? '') }),
  'usergroups.users.list': () => ({ users: engineers }),
  'conversations.info': (given) => ({ channel: { id: given.get('channel'), is_member: true, is_private: true } }),
  'chat.postMessage': (given) => ({ channel: given.get('channel'), ts: nextTs() }),
  'chat.update': (given) => ({ channel: given.get('channel'), ts: given.get('ts') }),
}

function member(id: string): Answer {
  const name = id.toLowerCase()
  return { id, team_id: 'T0BENCH', name, profile: { email: emailOf(id), real_name: name, display_name: name } }
}

function nextTs(): string {
  lastTs += 1
  return `1790000000.${String(lastTs).padStart(6, '0')}`
}

function target(body: string): Answer {
  const now = Date.now()
  const { operation, grant_id, account, access } = JSON.parse(body)
  const key = `${account} ${JSON.stringify(access)}`
  if (operation === 'grant') held.add(key)
  if (operation === 'revoke') {
    held.delete(key)
    if (!revokes.has(grant_id)) revokes.set(grant_id, now)
  }
  return { held: held.has(key) }
}

async function answerTo(request: IncomingMessage): Promise<Answer> {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) body += chunk
  const [, area = '', name = ''] = (request.url ?? '').split('/')
  const counted = area === 'api' ? name : area
  counts.set(counted, (counts.get(counted) ?? 0) + 1)
  if (area === 'target') return target(body)
  return { ok: true, ...METHODS[name]?.(new URLSearchParams(body)) }
}

const server = createServer(async (request, response) => {
  const body = JSON.stringify(await answerTo(request))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
})

serve({
  listen: () =>
    new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))),
  engineers: (count: number) => {
    engineers = Array.from({ length: count }, (_, index) => personId(index))
  },
  counts: () => Object.fromEntries(counts),
  revokes: () => [...revokes],
  forget: () => {
    revokes = new Map()
    counts.clear()
  },
})
