import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readBody } from '../../src/slack/request-body.ts'

it('a body that breaks off is an error at once: nobody waits for the rest', async () => {
  const read = Promise.withResolvers<unknown>()
  const server = createServer((request) => {
    readBody(request).then(read.resolve, read.reject)
    request.once('data', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf')
  await expect(read.promise).rejects.toThrow('aborted')
})
