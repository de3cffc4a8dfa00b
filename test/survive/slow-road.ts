import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Chance } from './chance.ts'

/** Each way, for every piece. */
const DELAY_MS = 4
/** What changes something takes longer, as if it waited for a lock. */
const CHANGE_MS = { least: 20, most: 100 }
/** A statement whose sender has died may still arrive, so long after it was sent at most; never longer than `quiet` allows. */
const STRAGGLES_MS = 1_000

/** `X`: the client says goodbye; a message of five bytes. */
const TERMINATE = 0x58

/** A road to PostgreSQL that takes time, and on which statements arrive after their sender has died, or never. */
export interface SlowRoad {
  readonly port: number
  /** Whether a call is under way, or was cut off so many milliseconds ago at most. */
  wasBusy(withinMs: number): boolean
  /** Grant statements that arrived after their sender had died. */
  lateGrants(): number
  close(): void
}

interface Piece {
  readonly bytes: Buffer
  readonly changes: boolean
  readonly sentAt: number
}

/** Opens the road to a port of this machine. */
export async function openSlowRoad(to: number, chance: Chance): Promise<SlowRoad> {
  const open = new Set<Socket>()
  let late = 0
  let cutAt = 0
  const server = createServer((client) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    carry(client, to, chance, {
      onCut: () => {
        cutAt = Date.now()
      },
      onLate: () => {
        late += 1
      },
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    wasBusy: (withinMs) => open.size > 0 || Date.now() - cutAt <= withinMs,
    lateGrants: () => late,
    close: () => {
      for (const client of open) client.destroy()
      server.close()
    },
  }
}

interface Heard {
  /** The caller is gone without a goodbye. */
  onCut(): void
  /** A grant arrives after its caller is gone. */
  onLate(): void
}

function carry(client: Socket, to: number, chance: Chance, { onCut, onLate }: Heard): void {
  const server = connect(to, '127.0.0.1')
  let dead = false
  let goodbye = false
  const inOrder = queue(async (piece: Piece) => {
    await delay(DELAY_MS + (piece.changes ? chance.between(CHANGE_MS.least, CHANGE_MS.most) : 0))
    if (dead && !(await straggles(piece, chance))) return
    if (dead && piece.bytes.includes('grant "')) onLate()
    server.write(piece.bytes)
  })
  const backInOrder = queue(async (bytes: Buffer) => {
    await delay(DELAY_MS)
    client.write(bytes)
  })
  client.on('data', (bytes) => {
    goodbye = bytes.at(-5) === TERMINATE
    inOrder.add({ bytes, changes: isChange(bytes), sentAt: Date.now() })
  })
  client.on('close', () => {
    dead = true
    if (!goodbye) onCut()
    inOrder.atEnd(() => server.end())
  })
  server.on('data', (bytes) => backInOrder.add(bytes))
  server.on('close', () => backInOrder.atEnd(() => client.destroy()))
  for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => socket.destroy())
}

function isChange(bytes: Buffer): boolean {
  return bytes.includes('grant "') || bytes.includes('revoke "')
}

/** Whether a statement of the dead arrives all the same, and when. A revoke is not held up: nothing waits for late ones. */
async function straggles({ bytes, sentAt }: Piece, chance: Chance): Promise<boolean> {
  if (chance.hits(0.3)) return false
  if (bytes.includes('grant "')) await delay(chance.between(0, sentAt + STRAGGLES_MS - Date.now()))
  return true
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}

/** Works on one thing after the other. */
function queue<Item>(work: (item: Item) => Promise<void>) {
  let last: Promise<void> = Promise.resolve()
  return {
    add: (item: Item) => {
      last = last.then(() => work(item))
    },
    atEnd: (then: () => void) => {
      void last.then(then)
    },
  }
}
