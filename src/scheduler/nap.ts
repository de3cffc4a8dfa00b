/** A sleep that can be cut short. A call that comes while nobody sleeps cuts the next sleep short. */
export class Nap {
  #woken = false
  #rouse: (() => void) | undefined

  /** Resolves after `ms`, or when `wake` is called, or at once if it was called since the last `forget`. */
  async sleep(ms: number): Promise<void> {
    if (this.#woken) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#rouse = resolve
    await promise
    clearTimeout(timer)
    this.#rouse = undefined
  }

  wake(): void {
    this.#woken = true
    this.#rouse?.()
  }

  /** What happens from now on counts: call it before looking at what is due. */
  forget(): void {
    this.#woken = false
  }
}

/** Resolves when all of them have, or after `ms`; says which. */
export async function allWithin(promises: readonly Promise<void>[], ms: number): Promise<'all' | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), ms)
  const all = Promise.all(promises).then(() => 'all' as const)
  try {
    return await Promise.race([all, late])
  } finally {
    clearTimeout(timer)
  }
}
