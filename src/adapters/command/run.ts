import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mostBytes, nonsense } from '../webhook/message.ts'
import type { CommandSettings } from './definition.ts'
import { cutOff, type Exit, failureOfExit, failureOfStart } from './errors.ts'

/** Of standard error only this much is looked at. */
const MOST_STDERR_BYTES = 4 * 1024
/** Output is read to its end, but a process that left the group may hold the pipe open for ever. */
const DRAIN_MS = 1_000

/**
 * Starts the program in a process group of its own, tells it the body on standard input, and answers what it wrote when
 * it exits with 0. When the signal is aborted the group is killed at once.
 *
 * @throws {AdapterError}
 */
export async function run(settings: CommandSettings, body: string, signal: AbortSignal): Promise<Uint8Array> {
  if (signal.aborted) throw cutOff({ started: false })
  const child = start(settings)
  const ended = Promise.withResolvers<never>()
  const abort = () => ended.reject(cutOff({ started: true }))
  signal.addEventListener('abort', abort, { once: true })
  const said = listen(child, mostBytes(body), () => ended.reject(nonsense('The command wrote too much.')))
  child.stdin.on('error', () => {}) // it need not read what it is told
  child.stdin.end(body)
  try {
    const exit = await Promise.race([ended.promise, exitOf(child)])
    if (exit.code === 0) return Buffer.concat(said.out)
    throw failureOfExit(exit, { line: Buffer.concat(said.err).toString(), env: settings.env })
  } finally {
    signal.removeEventListener('abort', abort)
    letGo(child)
  }
}

function start({ path, args, env }: CommandSettings): ChildProcessWithoutNullStreams {
  try {
    return spawn(path, args, { env, cwd: '/', shell: false, detached: true, stdio: 'pipe' })
  } catch (error) {
    throw failureOfStart(error)
  }
}

interface Said {
  readonly out: Buffer[]
  readonly err: Buffer[]
}

/** Collects what it writes, and goes on reading what is no longer wanted, so that it is never stopped by a full pipe. */
function listen(child: ChildProcessWithoutNullStreams, most: number, onTooMuch: () => void): Said {
  const said: Said = { out: [], err: [] }
  let [outBytes, errBytes] = [0, 0]
  child.stdout.on('data', (chunk: Buffer) => {
    outBytes += chunk.length
    if (outBytes > most) onTooMuch()
    else said.out.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    if (errBytes < MOST_STDERR_BYTES) said.err.push(chunk)
    errBytes += chunk.length
  })
  return said
}

/** Resolves when it has ended and its output was read. Whatever it left running in its group is ended with it. */
function exitOf(child: ChildProcessWithoutNullStreams): Promise<Exit> {
  const { promise, resolve, reject } = Promise.withResolvers<Exit>()
  child.once('error', (error) => reject(failureOfStart(error)))
  child.once('exit', (code, signal) => {
    killGroup(child)
    const drained = setTimeout(() => resolve({ code, signal }), DRAIN_MS)
    child.once('close', () => {
      clearTimeout(drained)
      resolve({ code, signal })
    })
  })
  return promise
}

/** Ends the program if it still runs, and closes its pipes, so that one who left the group holds nothing of ours. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  if (child.exitCode === null && child.signalCode === null) killGroup(child)
  child.stdout.destroy()
  child.stderr.destroy()
}

function killGroup({ pid }: ChildProcessWithoutNullStreams): void {
  if (pid === undefined) return // it never started
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nobody is left
  }
}
