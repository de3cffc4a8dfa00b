import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { post, textOf } from '../../src/slack/post.ts'
import { answerBy } from '../../src/slack/response-url.ts'
import { webClient } from '../../src/slack/web-client.ts'

/** Slack, as it answers just now. */
async function startSlack(behave: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => behave(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const switches: RequestListener = ({ socket }) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
}

it('a call that is answered with another protocol fails at once', async () => {
  const url = await startSlack(switches)
  await expect(webClient('xoxb-1', url).users.info({ user: 'U0ANN' })).rejects.toThrow('closed without an answer')
  await expect(answerBy(url, 'Done.')).rejects.toThrow('closed without an answer')
})

it('an answer that breaks off is no answer', async () => {
  const url = await startSlack((_, response) => {
    response.writeHead(200, { 'content-length': '20' })
    response.write('{"ok":true', () => response.destroy())
  })
  await expect(webClient('xoxb-1', url).users.info({ user: 'U0ANN' })).rejects.toThrow('aborted')
})

it('an answer is read whole, also where a character is cut between two pieces', async () => {
  const bytes = Buffer.from('{"name":"Ann é"}')
  const cut = bytes.indexOf(0xa9)
  const url = await startSlack((_, response) => {
    response.write(bytes.subarray(0, cut), () => setImmediate(() => response.end(bytes.subarray(cut))))
  })
  expect(await textOf(await post(url, { body: '', headers: {} }))).toBe('{"name":"Ann é"}')
})

it('the client still reads what stands in the head of an answer', async () => {
  const url = await startSlack(({ url: path }, response) => {
    if (path?.endsWith('auth.test')) response.setHeader('x-oauth-scopes', 'commands, users:read').end('{"ok":true}')
    else response.writeHead(429, { 'retry-after': '7' }).end()
  })
  const client = webClient('xoxb-1', url)
  expect((await client.auth.test()).response_metadata?.scopes).toEqual(['commands', 'users:read'])
  await expect(client.users.info({ user: 'U0ANN' })).rejects.toMatchObject({ retryAfter: 7 })
})
