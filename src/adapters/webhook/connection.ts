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

/** Gives up on a connection that is not there in time; also on one where TLS is not agreed on. */
export function limitConnecting(request: ClientRequest, secure: boolean): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return
    const late = setTimeout(() => request.destroy(notConnected()), CONNECT_TIMEOUT_MS)
    const stop = () => clearTimeout(late)
    socket.once(secure ? 'secureConnect' : 'connect', stop).once('close', stop)
  })
}

function notConnected(): Error {
  return Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT', syscall: 'connect' })
}
