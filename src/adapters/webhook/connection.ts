import { type ClientRequest, Agent as HttpAgent, globalAgent as http } from 'node:http'
import { Agent as HttpsAgent, globalAgent as https } from 'node:https'

/** A target that has not let us in by then is away: nothing was sent yet. */
const CONNECT_TIMEOUT_MS = 10_000

/** Node's own agents keep connections for seconds, and let the process end. These keep none; the proxies are the same. */
const { proxyEnv } = https.options
const ALONE = { http: new HttpAgent({ proxyEnv }), https: new HttpsAgent({ proxyEnv }) }

/** For a call on a connection of its own, or on one that may have served another call. */
export function agentFor(secure: boolean, alone: boolean): HttpAgent {
  if (alone) return secure ? ALONE.https : ALONE.http
  return secure ? https : http
}

/** The line broke. `open`: after the other side had let us in, so that it may have read the call. */
export class LineBroke extends Error {
  readonly open: boolean

  constructor(open: boolean, cause: unknown) {
    super('the line broke', { cause })
    this.open = open
  }
}

/**
 * Gives up on a connection that is not there in time; also on one where TLS is not agreed on. The answer says whether it is
 * there by now: nothing is sent before.
 */
export function limitConnecting(request: ClientRequest, secure: boolean): () => boolean {
  let open = false
  request.once('socket', (socket) => {
    open = !socket.connecting
    if (open) return
    const late = setTimeout(() => request.destroy(notConnected()), CONNECT_TIMEOUT_MS)
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      open = true
      clearTimeout(late)
    })
    socket.once('close', () => clearTimeout(late))
  })
  return () => open
}

function notConnected(): Error {
  return Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT', syscall: 'connect' })
}
