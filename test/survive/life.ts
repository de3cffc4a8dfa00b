import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { VictimOrder } from './victim.ts'

/** One process of the bot, from its spawn to its death. */
export class Life {
  readonly spawnedAt = Date.now()
  /** Resolves with the port, once it has started; never, if it dies before. */
  readonly ready: Promise<number>
  /** How long it took until it was ready; `undefined` until then. */
  readyMs: number | undefined
  /** Resolves with how it went. */
  readonly ended: Promise<NodeJS.Signals | number | null>
  /** Faults that it logged. */
  readonly faults: string[] = []
  /** Whether it died at the label that it was told to. */
  diedAtLabel = false
  readonly #child: ChildProcess

  /** @param victim path of what it runs */
  constructor(victim: string, order: VictimOrder, variables: Record<string, string>) {
    this.#child = spawn(process.execPath, [victim, JSON.stringify(order)], {
      env: variables,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const ready = Promise.withResolvers<number>()
    this.ready = ready.promise
    const heard = this.#hear((port) => {
      this.readyMs = Date.now() - this.spawnedAt
      ready.resolve(port)
    })
    const exited = new Promise<NodeJS.Signals | number | null>((resolve) => {
      this.#child.on('exit', (code, signal) => resolve(signal ?? code))
    })
    this.ended = Promise.all([exited, heard]).then(([how]) => how)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Resolves when all that it said was heard. */
  #hear(onReady: (port: number) => void): Promise<unknown> {
    const said = createInterface({ input: this.#child.stdout! })
    said.on('line', (line) => {
      const [first, ...words] = line.split(' ')
      if (first === 'ready') onReady(Number(words[0]))
      if (first === 'fault') this.faults.push(words.join(' '))
      if (first === 'dies') this.diedAtLabel = true
    })
    createInterface({ input: this.#child.stderr! }).on('line', (line) => this.faults.push(line))
    this.#child.stdin!.on('error', () => undefined)
    return new Promise((resolve) => said.on('close', () => resolve(undefined)))
  }
}
