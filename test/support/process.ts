import { type ChildProcess, spawn } from 'node:child_process'

export interface Finished {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs one `breakglass` command in a process of its own. */
export async function breakglass(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return finished(begin(args, variables))
}

/** Starts one and leaves it running. */
export function begin(args: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess {
  const { PATH = '' } = process.env
  return spawn(process.execPath, ['bin/breakglass.js', ...args], {
    env: { PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function finished(child: ChildProcess): Promise<Finished> {
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk))
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...said }
}
