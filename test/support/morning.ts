import { openSqlite } from '../../src/store/open.ts'

/** Names of the audit events of a night, in order, but for the bot’s own starts and stops. */
export async function auditOf(folder: string): Promise<string[]> {
  const store = await openSqlite(`${folder}/breakglass.db`, { migrate: false })
  const events = await store.events({ limit: 10_000 })
  await store.close()
  return events.map(({ name }) => name).filter((name) => !name.startsWith('system.'))
}

/** Looks again until it is so, for what tells nobody when it changes. */
export async function untilTrue(look: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const until = performance.now() + within
  while (!(await look())) {
    if (performance.now() > until) throw new Error(`it did not become so: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
