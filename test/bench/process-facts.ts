import { existsSync, readFileSync } from 'node:fs'

/** Ticks of the kernel's clock in a second, on every Linux that Node runs on. */
const TICKS = 100

/** Resident memory of a process, MiB; `undefined` where the system does not tell. */
export function residentMiB(pid: number): number | undefined {
  const kib = /VmRSS:\s+(\d+) kB/.exec(factsOf(pid, 'status'))?.[1]
  return kib === undefined ? undefined : Number(kib) / 1_024
}

/** Processor time that a process has had, in milliseconds; 0 where the system does not tell. */
export function processorMs(pid: number): number {
  const fields = factsOf(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number)
  return ((user + system) * 1_000) / TICKS
}

function factsOf(pid: number, name: string): string {
  const path = `/proc/${pid}/${name}`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
