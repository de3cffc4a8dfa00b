import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/breakglass.js', import.meta.url))

/** The ordinary bot, as a process of its own. */
export class BotProcess {
  readonly #surroundings: { readonly env: Readonly<Record<string, string>>; readonly cwd: string }
  #child: ChildProcess | undefined
  /** The last lines that it logged. */
  readonly log: string[] = []
  /** Calls back when it started or died. */
  onChange: () => void = () => {}

  /** @param cwd a folder without an `.env`, which the bot would read */
  constructor(env: Readonly<Record<string, string>>, cwd: string) {
    this.#surroundings = { env, cwd }
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  start(): void {
    if (this.#child) return
    const child = spawn(process.execPath, [PROGRAM, 'start'], {
      ...this.#surroundings,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => this.#keep(chunk))
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined
      this.onChange()
    })
    this.#child = child
    this.onChange()
  }

  /** `kill -9`: it gets no chance to say good-bye. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** What an operator's command prints, such as `grants --json`. Rejects with what it says when it fails. */
  runs(...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [PROGRAM, ...args], {
        ...this.#surroundings,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const said = { out: '', err: '' }
      child.stdout.on('data', (chunk: Buffer) => (said.out += chunk))
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk))
      child.once('error', reject)
      child.once('close', (code) => (code === 0 ? resolve(said.out) : reject(new Error(said.err || said.out))))
    })
  }

  #keep(chunk: Buffer): void {
    this.log.push(...chunk.toString('utf8').split('\n').filter(Boolean))
    this.log.splice(0, this.log.length - 100)
  }

  #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill(signal)
    })
  }
}
