import { connect, type Socket } from 'node:net'
import { quantile } from '../spread.ts'

const GIVE_UP_MS = 300_000

export interface DriveOptions {
  readonly port: number
  /** So many are under way at any time, each on a connection of its own. */
  readonly concurrency: number
  /** What ends the nth one besides its answer. */
  readonly until?: (nth: number) => Promise<void>
}

export interface Driven {
  /** Epoch milliseconds, with fractions. */
  readonly startedAt: number
  readonly endedAt: number
  readonly p50: number
  readonly p99: number
}

/** Sends ready-made requests, and waits for each before the connection's next one. Rejects on an answer that is not 200. */
export async function drive(bytes: readonly Buffer[], options: DriveOptions): Promise<Driven> {
  const { port, concurrency, until } = options
  const sockets = await Promise.all(Array.from({ length: concurrency }, () => open(port)))
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const late = setTimeout(hangUp, GIVE_UP_MS)
  const took: number[] = []
  let next = 0
  const startedAt = performance.timeOrigin + performance.now()
  async function work(socket: Socket): Promise<void> {
    for (let nth = next++; nth < bytes.length; nth = next++) {
      const sentAt = performance.now()
      const ends = until?.(nth)
      await exchange(socket, bytes[nth]!)
      await ends
      took.push(performance.now() - sentAt)
    }
  }
  await Promise.all(sockets.map(work))
  const endedAt = performance.timeOrigin + performance.now()
  clearTimeout(late)
  hangUp()
  const sorted = took.sort((a, b) => a - b)
  return { startedAt, endedAt, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.setNoDelay(true).setEncoding('latin1')))
    socket.once('error', reject)
  })
}

/** One request and its whole answer. */
function exchange(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: string) => {
      text += chunk
      if (!isWhole(text)) return
      socket.off('data', onData).off('close', onClose)
      if (text.startsWith('HTTP/1.1 200')) resolve()
      else reject(new Error(`answered ${text.slice(0, 200)}`))
    }
    const onClose = () => reject(new Error('the connection was closed'))
    socket.on('data', onData).on('close', onClose).write(bytes)
  })
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text)
  return length ? text.length >= end + 4 + Number(length[1]) : text.endsWith('0\r\n\r\n')
}
