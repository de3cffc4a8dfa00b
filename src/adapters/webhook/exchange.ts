import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { agentFor, LineBroke, limitConnecting } from './connection.ts'

/** A request, and how it is sent. */
export interface Exchange {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** On a connection of its own, which no earlier call can have left broken; and made once. */
  readonly alone: boolean
}

/**
 * Posts, and answers once the head of the answer is there; follows no redirect, and unpacks nothing.
 *
 * A kept connection may be closed by the other side just as the next call goes out, and nobody can say whether that was
 * read. Such a call is made once more, on a connection of its own.
 *
 * @throws {LineBroke} also when it is cut, at once, because `signal` is aborted
 */
export async function exchange(call: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  const sent = send(call, signal)
  try {
    return await sent.answer
  } catch (error) {
    if (!sent.request.reusedSocket || signal.aborted) throw error
    return send({ ...call, alone: true }, signal).answer.catch(() => Promise.reject(error)) // the first may have been read
  }
}

interface Sent {
  readonly request: ClientRequest
  readonly answer: Promise<IncomingMessage>
}

function send({ url, headers, body, alone }: Exchange, signal: AbortSignal): Sent {
  const secure = url.startsWith('https:')
  const all = { ...headers, 'content-length': Buffer.byteLength(body) }
  const options = { method: 'POST', headers: all, agent: agentFor(secure, alone) }
  const request = (secure ? requestHttps : requestHttp)(url, options)
  const isOpen = limitConnecting(request, secure)
  const hangUp = () => request.destroy()
  signal.addEventListener('abort', hangUp, { once: true })
  request.once('close', () => signal.removeEventListener('abort', hangUp))
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    const broke = (error: Error) => reject(new LineBroke(isOpen(), error))
    request.once('response', resolve).on('error', broke)
    request.once('close', () => broke(new Error('closed without an answer'))) // such as 101, which is no error to Node
    request.end(body)
  })
  return { request, answer }
}
