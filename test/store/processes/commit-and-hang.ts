import { openSqlite } from '../../../src/store/open.ts'
import { makeEvent } from '../make.ts'

// Commits without end, and tells the number of each commit that was promised to be durable.
const store = await openSqlite(process.argv[2] ?? '')
for (let n = 1; ; n += 1) {
  await Promise.all([1, 2, 3].map(() => store.commit({ events: [makeEvent({ detail: { n } })] })))
  process.send?.(n)
}
