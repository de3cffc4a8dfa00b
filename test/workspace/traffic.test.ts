import { describe, expect, it } from 'vitest'
import type { Changed } from '../../src/workspace/state.ts'
import { makeClient, makeWorkspace, startBareBot, startBot } from './bot.ts'
import { failing } from './failing.ts'

async function makeWatched(options: Parameters<typeof makeWorkspace>[0] = {}) {
  const workspace = await makeWorkspace(options)
  const seen: Changed[] = []
  workspace.state.onChange((changed) => seen.push(changed))
  const kinds = () => seen.splice(0).map(({ kind }) => kind)
  return { workspace, seen, kinds }
}

describe('whoever looks on is told', () => {
  it('of each call, once it was answered', async () => {
    const { workspace, seen } = await makeWatched()
    await failing(makeClient(workspace).users.info({ user: 'U0NOBODY' }))
    expect(seen).toMatchObject([{ kind: 'call', call: { method: 'users.info', answer: 'user_not_found' } }])
  })

  it('of each delivery, once it was acknowledged or had failed, with what was answered', async () => {
    const { workspace, seen } = await makeWatched()
    await startBareBot(workspace, (_one, response) => response.end('On it'))
    await workspace.person('ann').types('/breakglass')
    const deliveries = seen.filter(({ kind }) => kind === 'delivery')
    expect(deliveries).toMatchObject([
      { delivery: { kind: 'command', wire: { via: 'http' }, ack: { kind: 'acknowledged', body: 'On it' } } },
    ])
  })

  it('of each fault that is set, strikes, and ends', async () => {
    const { workspace, kinds } = await makeWatched({ ackWithinMs: 30 })
    const lift = workspace.fails('users.info', { kind: 'status', status: 500 })
    workspace.misdelivers('command', { kind: 'lost', times: 2 })
    expect(kinds()).toEqual(['fault', 'fault'])
    expect(workspace.faults).toMatchObject([
      { strikes: 'users.info', fault: { kind: 'status', status: 500 }, left: Number.POSITIVE_INFINITY },
      { strikes: 'command', fault: { kind: 'lost' }, left: 2 },
    ])
    await workspace.person('ann').types('/breakglass')
    expect(kinds()).toContain('fault')
    expect(workspace.faults).toMatchObject([{ strikes: 'users.info' }, { strikes: 'command', left: 1 }])
    lift()
    workspace.recovers()
    expect(workspace.faults).toEqual([])
    expect(kinds()).toContain('fault')
  })

  it('of connections that open and close, and of an outage', async () => {
    const { workspace, kinds } = await makeWatched()
    const bot = await startBot(workspace, 'Socket Mode', () => {})
    expect(kinds()).toEqual(['call', 'connection'])
    await bot.stop()
    await workspace.waitsForNoSocket()
    expect(kinds()).toEqual(['connection'])
    workspace.goesDown()
    expect([workspace.isDown, kinds()]).toEqual([true, ['connection']])
    workspace.comesUp()
    expect([workspace.isDown, kinds()]).toEqual([false, ['connection']])
  })
})
