import { Socket } from 'node:net'
import { Client, type QueryResultRow } from 'pg'
import { AdapterError } from '../contract.ts'
import { adapterError } from './errors.ts'

/** The server gives a statement up by itself after this, so that none takes effect long after its call was cut off. */
const STATEMENT_MS = 10_000

/** A connection for one call. */
export class Connection {
  readonly #client: Client
  /** Whether a statement that changes something was sent and not refused. */
  changing = false

  constructor(client: Client) {
    this.#client = client
  }

  /** Runs a statement that only reads. */
  async rows<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(sql, [...values])
    return rows
  }

  /** Runs a statement that changes something. Names in it must have gone through `quote`. */
  async change(sql: string): Promise<void> {
    const before = this.changing
    this.changing = true
    try {
      await this.#client.query(sql)
    } catch (error) {
      const failed = adapterError(error, true)
      this.changing = before || failed.outcomeUnknown
      throw failed
    }
  }

  /** A name for a statement, quoted by the driver. */
  quote(name: string): string {
    return this.#client.escapeIdentifier(name)
  }
}

/**
 * Connects, works, and disconnects. When the signal is aborted the socket is destroyed at once, also while connecting.
 *
 * @throws {AdapterError}
 */
export async function withConnection<Answer>(
  url: string,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const socket = new Socket()
  let connection: Connection | undefined
  const cutOff = Promise.withResolvers<never>()
  const abort = () => {
    socket.destroy()
    const outcomeUnknown = connection?.changing ?? false
    cutOff.reject(new AdapterError('unreachable', 'PostgreSQL did not answer in time', { outcomeUnknown }))
  }
  const run = async () => {
    const client = clientOf(url, socket)
    await client.connect()
    connection = new Connection(client)
    return work(connection).finally(() => leave(client, socket))
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([cutOff.promise, signal.aborted ? cutOff.promise : run()])
  } catch (error) {
    socket.destroy()
    throw adapterError(error, connection?.changing ?? false)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function clientOf(url: string, socket: Socket): Client {
  const client = new Client({
    connectionString: url,
    stream: () => socket,
    application_name: 'breakglass',
    statement_timeout: STATEMENT_MS,
  })
  // a connection that breaks fails the query that waits; without a listener the process would die
  client.on('error', () => {})
  return client
}

/** Says goodbye, and does not wait for the answer. */
function leave(client: Client, socket: Socket): void {
  client.end().catch(() => {})
  socket.destroySoon()
}
