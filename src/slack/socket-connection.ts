import { setTimeout as sleep } from 'node:timers/promises'
import { SocketModeClient } from '@slack/socket-mode'
import { clientOptions, silentLogger } from './web-client.ts'

/** A connection that says no hello within this time is given up. */
const HELLO_WITHIN_MS = 20_000
/** How long a closing connection may take before it is cut. */
const CLOSE_WITHIN_MS = 1_000

/** One message of Slack, as the client hands it over. */
export interface Envelope {
  readonly ack: (response?: Record<string, unknown>) => Promise<void>
  readonly envelope_id: string
  readonly body: Record<string, unknown>
  readonly retry_num?: number
  readonly retry_reason?: string
}

/** A client for one connection: it never connects again by itself. */
export function makeClient(
  appToken: string,
  apiUrl: string | undefined,
  take: (envelope: Envelope) => void,
): SocketModeClient {
  const { logger: _, ...options } = clientOptions(apiUrl)
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    clientOptions: options,
    logger: silentLogger,
  })
  client.on('slack_event', take)
  return client
}

/** Resolves when Slack has said hello. @throws when it does not in time, or refuses */
export async function connect(client: SocketModeClient): Promise<void> {
  const starting = client.start()
  const timer = new AbortController()
  const late = sleep(HELLO_WITHIN_MS, undefined, { signal: timer.signal }).then(
    () => Promise.reject(new Error('no hello from Slack')),
    () => undefined,
  )
  try {
    await Promise.race([starting, late])
  } finally {
    timer.abort()
    starting.catch(() => undefined) // it may still fail after it was given up
  }
}

/** Closes a connection; asked a second time, the client cuts it. */
export async function hangUp(client: SocketModeClient): Promise<void> {
  const closed = client.disconnect()
  await Promise.race([closed, sleep(CLOSE_WITHIN_MS)])
  void client.disconnect()
}
