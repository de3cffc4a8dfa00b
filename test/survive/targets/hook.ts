import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, type Visit, WebhookTarget } from '../../adapters/webhook/target.ts'
import { latestEffect, type Turn, turnInWords } from '../turn.ts'
import { InVain } from './in-vain.ts'
import type { Ground, TownTarget } from './target.ts'

const SECRET = 'what only the target and the bot know'

interface Told {
  readonly grant_id: string
  readonly account: string
  readonly access: { readonly role: string }
  readonly expires_at: string
}

interface Change {
  readonly grant: string
  readonly pair: string
  readonly expiresAt: number
}

/** A target behind HTTP: it goes on with what it was told when the caller dies, and answers a repeated call as it did before. */
export async function openHook({ logins, roles, chance, story, turn }: Ground): Promise<TownTarget> {
  const target = new WebhookTarget(SECRET)
  /** What it said without doing it yet, by idempotency key. */
  const promised = new Map<string, Answer>()
  const inVain = new InVain()
  let busy = 0
  let cutAt = 0

  const serve = async (visit: Visit) => {
    target.visits.length = 0 // nobody looks at them here
    const { operation = 'list' } = visit
    if (operation === 'list') return visit.answer(visit.act())
    busy += 1
    visit.response.once('close', () => {
      busy -= 1
      if (!visit.response.writableFinished) cutAt = Date.now()
    })
    const now = turn(operation)
    const call: Told = JSON.parse(visit.body)
    const pair = `${call.account} ${call.access.role}`
    story.tell(pair, `${operation} for ${call.grant_id} came; ${turnInWords(now)}`)
    await (operation === 'holds'
      ? look(visit, now, call.grant_id)
      : change(visit, now, { grant: call.grant_id, pair, expiresAt: Date.parse(call.expires_at) }))
  }

  const look = async (visit: Visit, now: Turn, grant: string) => {
    await sleep(now.answersAfterMs)
    const answer = visit.act()
    if (now.answer === 'truth' && !visit.response.destroyed && JSON.parse(answer.body).held) inVain.wasShown(grant)
    say(visit, now, answer)
  }

  const change = async (visit: Visit, now: Turn, { grant, pair, expiresAt }: Change) => {
    const key = String(visit.request.headers['idempotency-key'])
    if (visit.operation === 'revoke') inVain.revokeCame(grant, key)
    const before = promised.get(key)
    if (before) story.tell(pair, `answers ${key} as it did before, and does nothing`)
    if (before) return visit.answer(before)
    const most = latestEffect(Date.now(), expiresAt) - Date.now()
    const acted = now.acts ? sleep(Math.min(now.actsAfterMs, most)).then(() => act(visit, pair)) : undefined
    const promise = { status: 200, body: JSON.stringify({ held: visit.operation === 'grant' }) }
    if (now.answer === 'yes') promised.set(key, promise)
    await sleep(now.answersAfterMs)
    if (now.answer === 'truth') await acted
    say(visit, now, now.answer === 'truth' ? await acted : promise)
  }

  const act = (visit: Visit, pair: string): Answer => {
    const gone = visit.response.destroyed || visit.response.writableEnded
    const held = target.isHeld(placeOf(pair))
    const answer = visit.act()
    if (held !== target.isHeld(placeOf(pair))) {
      story.tell(pair, `${visit.operation} took effect${gone ? ', late' : ''}`)
      if (gone && visit.operation === 'revoke') story.tookLate(pair)
      if (gone && visit.operation === 'grant') story.lateGrants += 1
    }
    return answer
  }

  const say = (visit: Visit, { answer }: Turn, words: Answer | undefined) => {
    if (answer === 'silence' || words === undefined) return
    if (answer !== 'trouble') return visit.answer(words)
    if (chance.hits(0.5)) visit.response.destroy()
    else visit.answer({ status: 503, body: 'not now' })
  }

  target.misbehave = (visit) => void serve(visit)
  await target.start()
  return {
    kind: 'webhook',
    settings: { url: target.url, secret: SECRET },
    present: async () => pairsOf(logins, roles).filter((pair) => target.isHeld(placeOf(pair))),
    give: async (login, role) => target.give(placeOf(`${login} ${role}`)),
    wasBusy: (withinMs) => busy > 0 || Date.now() - cutAt <= withinMs,
    complaints: () => [...target.complaints, ...inVain.complaints],
    stop: () => target.stop(),
  }
}

function pairsOf(logins: readonly string[], roles: readonly string[]): string[] {
  return logins.flatMap((login) => roles.map((role) => `${login} ${role}`))
}

function placeOf(pair: string) {
  const [account = '', role = ''] = pair.split(' ')
  return { account, access: { role }, entitlement: role, possible: true }
}
