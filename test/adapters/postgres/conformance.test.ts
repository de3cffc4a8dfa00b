import { afterAll, beforeAll } from 'vitest'
import { type Postgres, startPostgres } from '../../support/postgres.ts'
import { claims } from '../conformance/claims.ts'
import { makePostgresBench, type PostgresBench } from './bench.ts'

let server: Postgres
let bench: PostgresBench
beforeAll(async () => {
  server = await startPostgres()
  bench = await makePostgresBench(server)
})
afterAll(async () => {
  await bench.stop()
  await server.stop()
})

claims('postgres', () => bench)
