/** So often a kill may come just between the look that showed the access and the note that is taken of it. */
const KILLED_BETWEEN = 2

/** Watches for revokes that are repeated under the same key, though their caller has read since that the access is still there. */
export class InVain {
  readonly complaints: string[] = []
  readonly #last = new Map<string, { readonly key: string; readonly times: number; shown: boolean }>()

  revokeCame(grant: string, key: string): void {
    const last = this.#last.get(grant)
    const times = last?.key === key ? last.times + Number(last.shown) : 0
    this.#last.set(grant, { key, times, shown: false })
    if (times === KILLED_BETWEEN + 1)
      this.complaints.push(`${key} came again and again, though it was seen to be in vain`)
  }

  /** The caller was told that the access is still there. */
  wasShown(grant: string): void {
    const last = this.#last.get(grant)
    if (last) last.shown = true
  }
}
