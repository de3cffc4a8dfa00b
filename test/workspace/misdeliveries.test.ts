import { describe, expect, it } from 'vitest'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { type Mode, makeClient, makeWorkspace, startBareBot, startBot } from './bot.ts'

/** A bot that notes each command as soon as it is there, and acknowledges it. */
async function startListening(workspace: Workspace, mode: Mode) {
  const texts: string[] = []
  const waiting = new Set<() => void>()
  await startBot(workspace, mode, (app) => {
    app.command('/breakglass', async ({ ack, command }) => {
      texts.push(command.text)
      for (const look of waiting) look()
      await ack()
    })
    app.action('go', async ({ ack }) => {
      texts.push('pressed')
      await ack()
    })
  })
  /** Resolves once that many have arrived. */
  const arrived = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => texts.length >= count && resolve()
      waiting.add(look)
      look()
    })
  return { texts, arrived }
}

describe.each<Mode>(['HTTP', 'Socket Mode'])('over %s, a payload', (mode) => {
  it('delayed past the time for acknowledging it is a time-out for the person, and arrives all the same', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 40 })
    const { texts, arrived } = await startListening(workspace, mode)
    workspace.misdelivers('command', { kind: 'delayed', ms: 80, times: 1 })
    expect(await workspace.person('ann').types('/breakglass late')).toMatchObject({ error: 'operation_timeout' })
    expect(texts).toEqual([])
    await arrived(1)
    expect(texts).toEqual(['late'])
  })

  it('delayed for less is acknowledged as ever', async () => {
    const workspace = await makeWorkspace()
    await startListening(workspace, mode)
    workspace.misdelivers('command', { kind: 'delayed', ms: 20 })
    const saw = await workspace.person('ann').types('/breakglass')
    expect(saw).toMatchObject({ acknowledged: true, delivery: { fault: 'delayed' } })
  })

  it('doubled arrives twice, the very same', async () => {
    const workspace = await makeWorkspace()
    const { texts, arrived } = await startListening(workspace, mode)
    workspace.misdelivers('command', { kind: 'doubled', times: 1 })
    const ann = workspace.person('ann')
    expect(await ann.types('/breakglass twice')).toMatchObject({ acknowledged: true })
    await ann.types('/breakglass once')
    await arrived(3)
    expect(texts.toSorted()).toEqual(['once', 'twice', 'twice'])
  })

  it('cut arrives, and the person is told that it failed', async () => {
    const workspace = await makeWorkspace()
    const { texts, arrived } = await startListening(workspace, mode)
    workspace.misdelivers('command', { kind: 'cut', times: 1 })
    expect(await workspace.person('ann').types('/breakglass cut')).toMatchObject({ error: 'dispatch_failed' })
    await arrived(1)
    expect(texts).toEqual(['cut'])
  })

  it('lost never arrives', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 30 })
    const { texts } = await startListening(workspace, mode)
    workspace.misdelivers('command', { kind: 'lost', times: 1 })
    expect(await workspace.person('ann').types('/breakglass lost')).toMatchObject({ error: 'operation_timeout' })
    expect(texts).toEqual([])
  })
})

describe('a fault of deliveries', () => {
  it('strikes by kind, by type, by event, by command or by what is in the payload', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 20, eventRetriesMs: [] })
    await startBareBot(workspace)
    const ann = workspace.person('ann')
    const go = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }
    const blocks = [{ type: 'actions', elements: [go] }] as never
    await makeClient(workspace).chat.postMessage({ channel: ann.id, text: 'card', blocks })
    const [card] = ann.dms
    /** What arrives while a fault is set. */
    const struck = async (what: string, when?: (payload: object) => boolean) => {
      const lift = workspace.misdelivers(what, { kind: 'lost', ...(when && { when }) })
      await ann.types('/breakglass list')
      await ann.types('/plain list')
      await ann.presses('go', card!)
      await workspace.admin.changesEmail(ann, 'ann@example.com')
      lift()
      return workspace.deliveries.slice(-4).map(({ fault }) => fault === 'lost')
    }
    expect(await struck('command')).toEqual([true, true, false, false])
    expect(await struck('/plain')).toEqual([false, true, false, false])
    expect(await struck('interactive')).toEqual([false, false, true, false])
    expect(await struck('block_actions')).toEqual([false, false, true, false])
    expect(await struck('event')).toEqual([false, false, false, true])
    expect(await struck('user_change')).toEqual([false, false, false, true])
    expect(await struck('*')).toEqual([true, true, true, true])
    expect(await struck('*', (payload) => 'command' in payload)).toEqual([true, true, false, false])
    expect(await struck('view_submission')).toEqual([false, false, false, false])
  })

  it('on an event leaves it to the next attempt', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0] })
    const done = Promise.withResolvers<void>()
    const received = await startBareBot(workspace, ({ headers }, response) => {
      response.end()
      if (headers['x-slack-retry-num'] === '1') done.resolve()
    })
    workspace.misdelivers('event', { kind: 'cut', times: 1 })
    await workspace.admin.deactivates(workspace.person('ann'))
    await done.promise
    expect(received.map(({ headers }) => headers['x-slack-retry-reason'])).toEqual([undefined, 'connection_failed'])
  })

  it('leaves nothing behind when the workspace stops', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 60_000 })
    const received = await startBareBot(workspace)
    workspace.misdelivers('command', { kind: 'lost', times: 1 })
    workspace.misdelivers('command', { kind: 'delayed', ms: 60_000, times: 1 })
    const ann = workspace.person('ann')
    const typing = [ann.types('/breakglass'), ann.types('/breakglass')]
    await workspace.stop()
    await Promise.all(typing)
    expect(received).toEqual([])
  })
})
