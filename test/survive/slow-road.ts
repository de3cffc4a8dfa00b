import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Chance } from './chance.ts'
import type { Story } from './story.ts'
import { MOST_EFFECT_MS, type Operation, type Turn, turnInWords } from './turn.ts'

/** Each way, for every piece. */
const DELAY_MS = 3
/** A call that only reads is some ten pieces, which share its time. */
const PIECES = 10

/** `X`: the client says goodbye; a message of five bytes. */
const TERMINATE = 0x58
/** `Q`: one statement as text, after five bytes and before a zero. */
const QUERY = 0x51

/** A road to PostgreSQL that takes time, and on which statements arrive after their sender has died, or never. */
interface SlowRoad {
  readonly port: number
  /** Whether a call is under way, or was cut off so many milliseconds ago at most. */
  wasBusy(withinMs: number): boolean
  close(): void
}

interface Rules {
  readonly chance: Chance
  readonly story: Story
  turn(operation: Operation): Turn
}

interface Piece {
  readonly bytes: Buffer
  readonly statement: Statement | undefined
  readonly sentAt: number
}

/** What changes something: only such a statement is of interest by itself. */
interface Statement {
  readonly operation: 'grant' | 'revoke'
  readonly pair: string
}

/** Opens the road to a port of this machine. */
export async function openSlowRoad(to: number, rules: Rules): Promise<SlowRoad> {
  const open = new Set<Socket>()
  let cutAt = 0
  const onCut = () => {
    cutAt = Date.now()
  }
  const server = createServer((client) => {
    open.add(client)
    client.on('close', () => open.delete(client))
    new Carrier(client, to, rules, onCut)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    wasBusy: (withinMs) => open.size > 0 || Date.now() - cutAt <= withinMs,
    close: () => {
      for (const client of open) client.destroy()
      server.close()
    },
  }
}

/** Carries one connection, piece by piece. */
class Carrier {
  readonly #client: Socket
  readonly #server: Socket
  readonly #rules: Rules
  #dead = false
  #mute = false
  #restMs = 0

  /** @param onCut the caller is gone without a goodbye */
  constructor(client: Socket, to: number, rules: Rules, onCut: () => void) {
    this.#client = client
    this.#rules = rules
    this.#server = connect(to, '127.0.0.1')
    const server = this.#server
    const there = queue((piece: Piece) => this.#bring(piece))
    const back = queue((bytes: Buffer) => this.#answer(bytes))
    let goodbye = false
    client.on('data', (bytes) => {
      goodbye = bytes.at(-5) === TERMINATE
      there.add({ bytes, statement: statementIn(bytes), sentAt: Date.now() })
    })
    client.on('close', () => {
      this.#dead = true
      if (!goodbye) onCut()
      there.atEnd(() => server.end())
    })
    server.on('data', (bytes) => back.add(bytes))
    server.on('close', () => back.atEnd(() => client.destroy()))
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => socket.destroy())
  }

  async #bring(piece: Piece): Promise<void> {
    const turn = this.#rules.turn(piece.statement?.operation ?? 'holds')
    await (piece.statement ? this.#bringChange(piece, piece.statement, turn) : this.#bringRest(piece, turn))
    if (turn.answer === 'trouble') this.#client.destroy()
    this.#mute ||= turn.answer === 'silence' && (piece.statement !== undefined || this.#rules.chance.hits(1 / PIECES))
  }

  async #bringRest({ bytes }: Piece, { answersAfterMs }: Turn): Promise<void> {
    await delay(DELAY_MS + answersAfterMs / PIECES)
    if (!this.#dead) this.#server.write(bytes)
  }

  async #bringChange(piece: Piece, { operation, pair }: Statement, turn: Turn): Promise<void> {
    const { story } = this.#rules
    const { acts, answersAfterMs, answer } = turn
    const actsAfterMs = Math.min(turn.actsAfterMs, MOST_EFFECT_MS) // here nobody knows when the access is to end
    story.tell(pair, `${operation} was sent; ${turnInWords(turn)}`)
    // what the server calls done is done: it lies at once, or not at all
    await delay(DELAY_MS + (answer === 'yes' ? Math.min(actsAfterMs, answersAfterMs) : actsAfterMs))
    if (this.#dead && !(await this.#straggles(piece))) return
    this.#restMs = Math.max(0, answersAfterMs - actsAfterMs)
    if (acts) {
      story.tell(pair, `${operation} reached PostgreSQL${this.#dead ? ', late' : ''}`)
      if (this.#dead && operation === 'grant') story.lateGrants += 1
      if (this.#dead && operation === 'revoke') story.tookLate(pair)
      this.#server.write(piece.bytes)
    } else if (answer === 'yes') this.#server.write(emptied(piece.bytes))
  }

  async #answer(bytes: Buffer): Promise<void> {
    await delay(DELAY_MS + this.#restMs)
    this.#restMs = 0
    if (!this.#mute) this.#client.write(bytes)
  }

  /** Whether a statement of the dead arrives all the same, and when. */
  async #straggles({ statement, sentAt }: Piece): Promise<boolean> {
    const { chance } = this.#rules
    if (chance.hits(0.3)) return false
    if (statement?.operation === 'grant') await delay(chance.between(0, sentAt + MOST_EFFECT_MS - Date.now()))
    return true
  }
}

const STATEMENT = /(grant|revoke) "([^"]+)" (?:to|from) "([^"]+)"/

function statementIn(bytes: Buffer): Statement | undefined {
  const [, operation, role, login] = (bytes[0] === QUERY && STATEMENT.exec(bytes.toString())) || []
  if (operation !== 'grant' && operation !== 'revoke') return undefined
  return { operation, pair: `${login} ${role}` }
}

/** The same message with nothing in it that does anything. */
function emptied(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill(' ', 5, bytes.length - 1)
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
