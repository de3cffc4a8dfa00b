import { expect } from 'vitest'
import type { Audience } from '../../../src/core/copy.ts'
import type { AuditEvent } from '../../../src/core/event.ts'
import { MINUTE } from '../../support/make.ts'
import { makeCrowd } from './crowd.ts'
import type { Load } from './world.ts'

const HOUR = 60 * MINUTE

/**
 * So many grants end within a minute, and in the middle of it Slack is away for an hour. In the end every card is in its
 * last state and the security channel was told everything, within Slack's rates. Gives the figures.
 */
export async function endTogether(grants: number) {
  const load = await makeCrowd(grants)
  const { store, workspace, figures } = load
  const ends = (await store.grants({ states: ['active'], limit: grants })).map(({ expiresAt }) => expiresAt)
  expect(ends).toHaveLength(grants)
  await load.passesUntil((Math.min(...ends) + Math.max(...ends)) / 2)
  const triedBefore = figures.again
  workspace.goesDown()
  await load.passes(HOUR, 20_000)
  workspace.comesUp()
  const backAt = load.time.now
  const triesWhileAway = figures.again - triedBefore
  const tookMs = (await load.passes(HOUR / 4)) + (await load.passes(240 * HOUR, 5_000))
  expect(await store.grants({ states: ['revoked'], limit: grants })).toHaveLength(grants)
  await checkCards(load)
  await checkChannel(load)
  const updates = figures.calls('chat.update')
  const posts = figures.calls('chat.postMessage')
  return {
    /** From the end of the outage to the last call. */
    minutes: Math.round(tookMs / MINUTE),
    updates,
    posts,
    /** Calls that Slack did not take. */
    inVain: updates + posts - figures.calls('chat.update', 'ok') - figures.calls('chat.postMessage', 'ok'),
    triesWhileAway,
    mostAtOnce: figures.mostAtOnce,
    mostLimits: figures.mostLimits,
    /** How long the security channel took after the outage, in seconds. */
    channelTook: Math.round((lastLook(load) - backAt) / 1_000),
    notices: noticesIn(load),
  }
}

/** The buttons of what is over. */
const LEFT: Readonly<Record<Audience, readonly string[]>> = {
  approvers: [],
  requester: ['request_again'],
  receipt: ['not_me'],
  glass: ['review'],
}

async function checkCards({ store, workspace }: Load): Promise<void> {
  const requests = await store.requests({ limit: Number.MAX_SAFE_INTEGER })
  for (const { id } of requests) {
    const copies = await store.copiesOf(id)
    const posted = copies.filter(({ ts }) => ts !== null)
    expect(posted.length).toBeGreaterThanOrEqual(2) // but for a warning that would have come after the end
    for (const { channel, ts, audience } of posted) {
      const message = workspace.state.message(channel ?? '', ts ?? '')
      const blocks = JSON.stringify(message?.versions.at(-1)?.blocks)
      expect(blocks).toContain(audience === 'receipt' ? `You approved · ${id}` : `Ended · ${id}`)
      const buttons = [...blocks.matchAll(/"action_id":"(\w+)"/g)].map(([, action]) => action)
      expect(buttons).toEqual(LEFT[audience])
    }
  }
}

function lastLook({ security }: Load): number {
  return [...security.messages.values()].at(-1)?.versions.at(-1)?.at ?? Number.POSITIVE_INFINITY
}

/** Each event is told once: in a line of its own, or counted in a group and named by its grant. */
async function checkChannel({ store, security }: Load): Promise<void> {
  const events = await store.events({ limit: Number.MAX_SAFE_INTEGER })
  const blocks = [...security.messages.values()].map(({ versions }) => JSON.stringify(versions.at(-1)?.blocks))
  const text = blocks.join('\n')
  const counted = [...text.matchAll(/#\d+–#\d+ [^#]*? · (\d+) times:/g)].map(([, count]) => Number(count))
  const single = [...text.matchAll(/#\d+ (?:<!date|[^#]*? · 1 time:)/g)]
  expect(counted.reduce((sum, count) => sum + count, single.length)).toBe(events.length)
  const named = Map.groupBy(text.match(/G-\w{6}/g) ?? [], (id) => id)
  for (const { grant } of events.filter(isEnd)) {
    expect([grant, named.get(grant ?? '')?.length]).toEqual([grant, 4]) // begun, active, taken away, ended
  }
  expect(await store.fedUpTo('security')).toBe(events.at(-1)?.sequence)
}

const isEnd = ({ name }: AuditEvent) => name === 'grant.revoked'

/** Direct messages that say that access has ended. */
function noticesIn({ workspace }: Load): number {
  const direct = [...workspace.state.conversations.values()].filter((one) => one.with !== undefined)
  const texts = direct.flatMap(({ messages }) =>
    [...messages.values()].map(({ versions }) => versions.at(-1)?.text ?? ''),
  )
  return texts.filter((text) => /has ended|requests are over/.test(text)).length
}
