import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pinned } from './machine.ts'

const END_WITHIN_MS = 15_000

const living = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

export interface ChildOptions {
  readonly script: string
  readonly args?: readonly string[]
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The processor it runs on. */
  readonly cpu: number
}

/** A process of its own. */
export class Child {
  readonly spawnedAt = Date.now()
  /** The last lines that it wrote, for when something is wrong with it. */
  readonly lines: string[] = []
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>

  constructor({ script, args = [], nodeArgs = [], env = {}, cwd, cpu }: ChildOptions, onLine?: (line: string) => void) {
    const [command, all] = pinned(cpu, process.execPath, [...nodeArgs, script, ...args])
    const { PATH = '' } = process.env
    this.#process = spawn(command, all, { env: { PATH, ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    this.#ended = once(this.#process, 'exit')
    living.add(this.#process)
    void this.#ended.finally(() => living.delete(this.#process))
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream! }).on('line', (line) => {
        this.lines.push(line)
        if (this.lines.length > 40) this.lines.shift()
        onLine?.(line)
      })
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Rejects when it ends; for races with what must come before. */
  async endsEarly(): Promise<never> {
    await this.#ended
    throw new Error(`a process ended too early:\n${this.lines.join('\n')}`)
  }

  /** Asks one of our own processes (`processes/serve.ts`); one question at a time. */
  async ask<Answer>(question: string, given?: unknown): Promise<Answer> {
    this.#process.send({ question, given })
    const [said] = await Promise.race([once(this.#process, 'message'), this.endsEarly()])
    const { answer, fault } = said as { answer: Answer; fault?: string }
    if (fault !== undefined) throw new Error(fault)
    return answer
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process.kill(signal)
    const late = setTimeout(() => this.#process.kill('SIGKILL'), END_WITHIN_MS)
    await this.#ended
    clearTimeout(late)
  }
}

/** Starts one of `processes/`; resolves with the port that it listens on, or 0. */
export async function startOwn(
  name: string,
  options: Omit<ChildOptions, 'script'>,
): Promise<{ readonly child: Child; readonly port: number }> {
  const child = new Child({ ...options, script: join(import.meta.dirname, 'processes', name) })
  return { child, port: await child.ask<number>('listen') }
}
