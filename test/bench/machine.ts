import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** Where what is measured runs; everything else runs on the other processors. */
export const MEASURED = 0
export const BESIDE = 1

const canPin = cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** The command line that runs on one processor, where the machine can do that. */
export function pinned(cpu: number, command: string, args: readonly string[]): [command: string, args: string[]] {
  return canPin ? ['taskset', ['-c', String(cpu), command, ...args]] : [command, [...args]]
}

/** Compiles what makes a disk slow. Gives the variables that preload it; `undefined` without a C compiler. */
export function slowSync(folder: string): Record<string, string> | undefined {
  const library = join(folder, 'slow-sync.so')
  const source = join(import.meta.dirname, 'slow-sync.c')
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'])
  return status === 0 ? { LD_PRELOAD: library } : undefined
}

/** One line about where the figures come from. */
export function describeMachine(): string {
  const [first] = cpus()
  const pin = canPin ? 'what is measured alone on the first, the rest on the second' : 'not pinned'
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'} (${pin}), Node ${process.versions.node}`
}
