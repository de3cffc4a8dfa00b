/** Something that tells when it has changed. */
interface Watched<Changed> {
  onChange(listener: (changed: Changed) => void): () => void
}

/** What somebody waits to see. */
interface Watch<Seen, Changed> {
  /** Looks at everything, or after a change only at what has changed. */
  look(changed?: Changed): Seen | undefined
  /** Milliseconds. */
  readonly within: number
  /** What the error says when the time is up. */
  complaint(): string
}

/** Resolves as soon as `look` sees something: now, or after a change. Nothing is polled. */
export function until<Seen, Changed>(watched: Watched<Changed>, watch: Watch<Seen, Changed>): Promise<Seen> {
  const already = watch.look()
  if (already !== undefined) return Promise.resolve(already)
  return new Promise((resolve, reject) => {
    const finish = () => {
      stop()
      clearTimeout(late)
    }
    const stop = watched.onChange((changed) => {
      const found = watch.look(changed)
      if (found === undefined) return
      finish()
      resolve(found)
    })
    const late = setTimeout(() => {
      finish()
      reject(new Error(watch.complaint()))
    }, watch.within).unref()
  })
}
