import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Adapter } from '../../../src/adapters/contract.ts'
import { webhook } from '../../../src/adapters/webhook/definition.ts'
import { makeCall } from '../make-call.ts'
import { makeSelfSigned } from './certificate.ts'
import { listen } from './target.ts'

const call = makeCall({ round: 1 })
const soon = () => AbortSignal.timeout(10_000)
const YES = '{"held":true}'

/** An adapter for whatever listens. */
async function open(server: TcpServer, scheme = 'http'): Promise<Adapter> {
  await listen(server, 0)
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return webhook.open({ url: `${scheme}://127.0.0.1:${port}/`, secret: 'canary-secret' }, Date.now)
}

/** Notes what each call was and which connection it came by: a number in order of appearance. */
async function makeTarget(behave: RequestListener = (_, response) => void response.end(YES)) {
  const sockets: Socket[] = []
  const calls: string[] = []
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (!sockets.includes(request.socket)) sockets.push(request.socket)
    calls.push(`${/"operation":"(\w+)"/.exec(body)?.[1]} by ${sockets.indexOf(request.socket)}`)
    behave(request, response)
  })
  onTestFinished(() => server.closeAllConnections())
  return { adapter: await open(server), calls, sockets }
}

it('asks and takes away over one connection, and gives over one of its own', async () => {
  const { adapter, calls } = await makeTarget()
  await adapter.holds(call, soon())
  await adapter.grant(call, soon())
  await adapter.holds(call, soon())
  await adapter.revoke(call, soon())
  expect(calls).toEqual(['holds by 0', 'grant by 1', 'holds by 0', 'revoke by 0'])
})

it('makes a call anew when the target has just closed the kept connection', async () => {
  const used = new WeakSet<Socket>()
  const { adapter, calls } = await makeTarget(({ socket }, response) => {
    if (used.has(socket)) socket.destroy()
    else response.end(YES)
    used.add(socket)
  })
  expect(await adapter.holds(call, soon())).toBe(true)
  expect(await adapter.holds(call, soon())).toBe(true)
  expect(calls).toEqual(['holds by 0', 'holds by 0', 'holds by 1'])
})

it('makes it anew once only, and says that nobody knows what was done', async () => {
  let up = true
  const { adapter, calls } = await makeTarget(({ socket }, response) => {
    if (up) response.end(YES)
    else socket.destroy()
  })
  await Promise.all([adapter.holds(call, soon()), adapter.holds(call, soon())]) // two are kept
  up = false
  await expect(adapter.revoke(call, soon())).rejects.toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(calls.slice(2)).toEqual([expect.stringMatching(/^revoke by [01]$/), 'revoke by 2'])
})

it('never sends a grant twice by itself: of the first, which may still land, the caller hears', async () => {
  let up = true
  const { adapter, calls } = await makeTarget(({ socket }, response) => {
    if (up) response.end(YES)
    else socket.destroy()
  })
  await adapter.grant(call, soon())
  await adapter.holds(call, soon())
  up = false
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(calls).toEqual(['grant by 0', 'holds by 1', 'grant by 2'])
})

it('does not make a call anew that was aborted', async () => {
  const abort = new AbortController()
  const { adapter, calls } = await makeTarget((_, response) => {
    if (calls.length === 1) response.end(YES)
    else abort.abort()
  })
  await adapter.holds(call, soon())
  await expect(adapter.revoke(call, abort.signal)).rejects.toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(calls).toEqual(['holds by 0', 'revoke by 0'])
})

it('does not take what a target says unasked for the answer to the next call', async () => {
  const { adapter, calls, sockets } = await makeTarget((_, response) => {
    response.end(calls.length === 1 ? YES : '{"held":false}')
  })
  expect(await adapter.holds(call, soon())).toBe(true)
  const [first] = sockets
  first?.write('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"held":true}')
  await once(first!, 'close') // such a connection is given up
  expect(await adapter.holds(call, soon())).toBe(false)
})

it('leaves nothing listening to a deadline that many calls share', async () => {
  const { adapter } = await makeTarget()
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  for (let count = 0; count < 3; count++) await adapter.holds(call, signal)
  await vi.waitFor(() => expect(removed).toHaveBeenCalledTimes(3))
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
})

it('hears of an answer that wants another protocol', async () => {
  const { adapter } = await makeTarget(({ socket }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  })
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
})

it('tells operators of a certificate that nobody vouches for, and sends nothing', async () => {
  const came = vi.fn()
  const adapter = await open(createTlsServer(makeSelfSigned(), came), 'https')
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({
    kind: 'misconfigured',
    message: 'The webhook cannot be used: DEPTH_ZERO_SELF_SIGNED_CERT.',
    outcomeUnknown: false,
  })
  expect(came).not.toHaveBeenCalled()
})

it('knows that nothing was sent to a target that does not let it in within ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const silent = createTcpServer()
  const adapter = await open(silent, 'https')
  const failure = adapter.grant(call, new AbortController().signal).catch((thrown: unknown) => thrown)
  const [socket] = (await once(silent, 'connection')) as [Socket]
  socket.on('error', () => {})
  await once(socket, 'data') // wants to agree on TLS, and waits
  vi.advanceTimersByTime(10_000)
  expect(await failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: false })
})

it('does not take a fault of TLS after the call was sent for one of the config: the target may have read it', async () => {
  const { cert, key } = makeSelfSigned()
  const before = getCACertificates('default')
  setDefaultCACertificates([cert])
  onTestFinished(() => setDefaultCACertificates(before))
  let read = ''
  const server = createTcpServer((raw) => {
    const secure = new TLSSocket(raw, { isServer: true, cert, key })
    secure
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        read += chunk
        raw.write('this is no TLS')
      })
  })
  await listen(server, 0)
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const adapter = await webhook.open({ url: `https://localhost:${port}/`, secret: 'canary-secret' }, Date.now)
  await expect(adapter.grant(call, soon())).rejects.toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
  expect(read).toContain('"operation":"grant"')
})
