import type { Deps } from './ports.ts'

/** Does the same to each of several rows; one that fails keeps none of the others back. Gives the ids of those that failed. */
export async function eachAlone<Id extends string>(
  { log }: Pick<Deps, 'log'>,
  rows: readonly { readonly id: Id }[],
  work: (row: { readonly id: Id }) => Promise<unknown>,
): Promise<readonly Id[]> {
  const failed: Id[] = []
  for (const row of rows) {
    try {
      await work(row)
    } catch (err) {
      log.error({ err, id: row.id }, 'one of several could not be changed; the others go on')
      failed.push(row.id)
    }
  }
  return failed
}
