import { readFileSync } from 'node:fs'

/**
 * How long a process and this one, through which its calls go, could have run and got no processor, in milliseconds; 0
 * where the system does not tell. On a machine that is busy with other things, access ends later by so much.
 */
function waitedMs(pid: number): number {
  return waitedOf(`/proc/${pid}/schedstat`) + waitedOf('/proc/self/schedstat')
}

/** The second number is nanoseconds on the run queue, of the main thread. */
function waitedOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[1] ?? 0) / 1e6
  } catch {
    return 0
  }
}

/** Notes how long one process waits for a processor, so that it can be told of any stretch of its life. */
export class Starvation {
  readonly #pid: number
  readonly #marks: { readonly at: number; readonly waited: number }[] = []

  constructor(pid: number, at: number) {
    this.#pid = pid
    this.note(at)
  }

  note(at: number): void {
    this.#marks.push({ at, waited: waitedMs(this.#pid) })
  }

  /** From an instant until the last note. */
  since(at: number): number {
    const from = this.#marks.findLast((mark) => mark.at <= at) ?? this.#marks[0]!
    return Math.max(0, this.#marks.at(-1)!.waited - from.waited)
  }
}
