import { once } from 'node:events'
import type { App } from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Workspace } from '../../src/workspace/workspace.ts'
import { makeWorkspace, startBot } from './bot.ts'

async function open(workspace: Workspace): Promise<{ socket: WebSocket; messages: Record<string, unknown>[] }> {
  const answer = await fetch(`${workspace.apiUrl}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.appToken}` },
  })
  const { url } = (await answer.json()) as { url: string }
  const socket = new WebSocket(url)
  onTestFinished(() => socket.terminate())
  const messages: Record<string, unknown>[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Record<string, unknown>))
  await once(socket, 'message')
  return { socket, messages }
}

const acknowledge = ({ socket }: { socket: WebSocket }, payload?: object) =>
  socket.on('message', (data) => {
    const { envelope_id } = JSON.parse(String(data)) as { envelope_id?: string }
    if (envelope_id) socket.send(JSON.stringify({ envelope_id, ...(payload && { payload }) }))
  })

describe('a Socket Mode connection', () => {
  it('is greeted with the number of connections', async () => {
    const workspace = await makeWorkspace()
    const first = await open(workspace)
    const second = await open(workspace)
    expect(first.messages[0]).toMatchObject({ type: 'hello', num_connections: 1 })
    expect(second.messages[0]).toMatchObject({ type: 'hello', num_connections: 2 })
    expect(workspace.sockets).toBe(2)
  })

  it('gets a command in an envelope that may be answered', async () => {
    const workspace = await makeWorkspace()
    const connection = await open(workspace)
    acknowledge(connection, { text: 'On it' })
    const saw = await workspace.person('ann').types('/breakglass list')
    expect(connection.messages[1]).toEqual({
      envelope_id: expect.any(String),
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: saw.delivery?.payload,
    })
    expect(saw.message?.plain).toBe('On it')
  })

  it('gets an event in an envelope that may not, with the attempt', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 30, eventRetriesMs: [0] })
    const connection = await open(workspace)
    await workspace.admin.deactivates(workspace.person('ann'))
    const retried = Promise.withResolvers<void>()
    connection.socket.on('message', () => retried.resolve())
    await retried.promise
    expect(connection.messages.slice(1)).toMatchObject([
      { type: 'events_api', accepts_response_payload: false, retry_attempt: 0, retry_reason: '' },
      { type: 'events_api', accepts_response_payload: false, retry_attempt: 1, retry_reason: 'timeout' },
    ])
  })

  it('is one of several, and each payload goes to exactly one', async () => {
    const workspace = await makeWorkspace()
    const all = await Promise.all([open(workspace), open(workspace), open(workspace)])
    for (const connection of all) acknowledge(connection)
    const ann = workspace.person('ann')
    await Promise.all(Array.from({ length: 60 }, () => ann.types('/breakglass')))
    const counts = all.map(({ messages }) => messages.length - 1)
    expect(counts.reduce((sum, count) => sum + count)).toBe(60)
    expect(Math.min(...counts)).toBeGreaterThan(0)
  })

  it('is refused with a ticket that was used before', async () => {
    const workspace = await makeWorkspace()
    const { socket } = await open(workspace)
    const again = new WebSocket(socket.url)
    const [error] = (await once(again, 'error')) as [Error]
    expect(error.message).toContain('401')
  })

  it('is the tenth at most', async () => {
    const workspace = await makeWorkspace()
    for (let count = 0; count < 10; count += 1) await open(workspace)
    const { messages } = await open(workspace)
    expect(messages[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' })
  })

  it('is pinged, and answered when it pings', async () => {
    const workspace = await makeWorkspace({ pingMs: 20 })
    const { socket } = await open(workspace)
    await once(socket, 'ping')
    socket.ping()
    await once(socket, 'pong')
  })

  it('that breaks before an event is acknowledged leaves it to the next attempt, over another', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0] })
    const breaking = await open(workspace)
    const told = Promise.withResolvers<object>()
    breaking.socket.on('message', async () => {
      const other = await open(workspace)
      other.socket.on('message', (data) => told.resolve(JSON.parse(String(data)) as object))
      breaking.socket.terminate()
    })
    await workspace.admin.deactivates(workspace.person('ann'))
    expect(await told.promise).toMatchObject({
      type: 'events_api',
      retry_attempt: 1,
      retry_reason: 'connection_failed',
      payload: { event: { type: 'user_change' } },
    })
  })

  it('that breaks before the acknowledgement fails what was sent over it', async () => {
    const workspace = await makeWorkspace()
    const { socket } = await open(workspace)
    socket.on('message', () => socket.terminate())
    expect(await workspace.person('ann').types('/breakglass')).toMatchObject({ error: 'dispatch_failed' })
    expect(workspace.sockets).toBe(0)
  })

  it('that stays silent lets the person see operation_timeout', async () => {
    const workspace = await makeWorkspace({ ackWithinMs: 30 })
    await open(workspace)
    expect(await workspace.person('ann').types('/breakglass')).toMatchObject({ error: 'operation_timeout' })
  })

  it('takes any envelope that a test makes up', async () => {
    const workspace = await makeWorkspace()
    const connection = await open(workspace)
    acknowledge(connection, { text: 'ok' })
    const envelope = {
      envelope_id: 'made-up',
      type: 'interactive',
      payload: { type: 'block_actions' },
      accepts_response_payload: true,
    } as const
    expect(await workspace.sendsEnvelope(envelope)).toEqual({ kind: 'acknowledged', body: { text: 'ok' } })
    expect(connection.messages[1]).toEqual(envelope)
  })
})

describe('the end of a connection', () => {
  const disconnect = { type: 'disconnect' }

  it.each(['warning', 'refresh_requested', 'link_disabled'] as const)(
    'is announced (%s), and comes',
    async (reason) => {
      const workspace = await makeWorkspace()
      const { socket, messages } = await open(workspace)
      const closed = once(socket, 'close')
      workspace.refreshesSockets(reason, 10)
      await closed
      expect(messages[1]).toMatchObject({ ...disconnect, reason })
      expect(await workspace.waitsForNoSocket()).toBe(0)
    },
  )

  it('once announced sends what is new over another, and still takes acknowledgements', async () => {
    const workspace = await makeWorkspace()
    const leaving = await open(workspace)
    const asked = once(leaving.socket, 'message')
    const ann = workspace.person('ann')
    const typing = ann.types('/breakglass before')
    const [data] = (await asked) as [Buffer]
    workspace.refreshesSockets('refresh_requested')
    const staying = await open(workspace)
    acknowledge(staying)
    const { envelope_id } = JSON.parse(String(data)) as { envelope_id: string }
    leaving.socket.send(JSON.stringify({ envelope_id }))
    expect(await typing).toMatchObject({ acknowledged: true })
    for (let count = 0; count < 20; count += 1) await ann.types('/breakglass after')
    expect(staying.messages).toHaveLength(21)
    expect(leaving.messages.at(-1)).toMatchObject(disconnect)
  })

  it('once announced still gets what is new, if there is no other', async () => {
    const workspace = await makeWorkspace()
    const only = await open(workspace)
    acknowledge(only)
    workspace.refreshesSockets('warning')
    expect(await workspace.person('ann').types('/breakglass')).toMatchObject({ acknowledged: true })
  })
})

describe('Slack’s own client', () => {
  it.each(['refreshesSockets', 'dropsSockets'] as const)('connects again after %s', async (happens) => {
    const workspace = await makeWorkspace()
    const listen = (app: App) => app.command('/breakglass', ({ ack }) => ack('On it'))
    const { client } = await startBot(workspace, 'Socket Mode', listen, 300)
    const again = new Promise((resolve) => client?.once('connected', resolve))
    workspace[happens]()
    await again
    expect((await workspace.person('ann').types('/breakglass')).message?.plain).toBe('On it')
  })

  it('holds several connections at once', async () => {
    const workspace = await makeWorkspace()
    const clients = [1, 2].map(
      () => new SocketModeClient({ appToken: workspace.appToken, clientOptions: { slackApiUrl: workspace.apiUrl } }),
    )
    for (const client of clients) {
      await client.start()
      onTestFinished(() => client.disconnect())
    }
    expect(await workspace.waitsForSocket({ count: 2 })).toBe(2)
  })
})
