import type { AuditEvent } from '../core/event.ts'
import type { Grant, Revoking } from '../core/grant.ts'
import { instant } from '../core/granting.ts'
import type { Row } from './listing.ts'
import type { Deps } from './ports.ts'

const EVERY = Number.MAX_SAFE_INTEGER
const PAGE = 1_000
/** A revoke that works is done by then. */
const PATIENCE_MS = 60_000

/** The last failure that was recorded: the first, and every tenth after it. */
interface Failure {
  readonly code: string
  readonly why: string
  readonly attempt: number
}

/** Access that should be gone and is not: revokes that fail or that nobody works on, and grants that outlived their end. */
export async function listStuck({ store, clock }: Pick<Deps, 'store' | 'clock'>): Promise<Row[]> {
  const now = clock.now()
  const rows: Row[] = []
  for (const grant of await store.grants({ states: ['granting', 'active', 'revoking'], limit: EVERY })) {
    if (grant.state !== 'revoking') {
      if (grant.expiresAt + PATIENCE_MS < now) rows.push(rowOf(grant, grant.expiresAt, UNTOUCHED))
      continue
    }
    const failure = grant.goneAt === null ? await failureOf(store, grant) : undefined
    const late = grant.goneAt === null && grant.revokingAt + PATIENCE_MS < now
    if (failure || late) rows.push(rowOf(grant, grant.revokingAt, failure ?? UNTOUCHED))
  }
  return rows
}

const UNTOUCHED: Failure = { code: 'untouched', why: 'Nobody has tried to take it away yet.', attempt: 0 }

/** What to do, by the code of the failure. */
const STEPS: Readonly<Record<string, string>> = {
  untouched: 'See that the bot runs; “breakglass revoke” works without it.',
  unreachable: 'See that the target is up and can be reached from the bot’s machine.',
  misconfigured: 'Mend the settings of the target in the config, and start the bot again.',
  rejected: 'Take the access away on the target by hand; the bot sees that within a minute.',
  'still-held': 'Take the access away on the target by hand; the bot sees that within a minute.',
}

function rowOf(grant: Grant, since: number, { code, why, attempt }: Failure): Row {
  const { id, subject, requester, entitlement, target, account, expiresAt } = grant
  return {
    id,
    subject,
    requester,
    entitlement,
    target,
    account,
    expiresAt: instant(expiresAt),
    since: instant(since),
    attempts: attempt,
    code,
    why,
    toDo: STEPS[code] ?? STEPS.rejected,
  }
}

async function failureOf(store: Deps['store'], grant: Revoking): Promise<Failure | undefined> {
  let after = 0
  let failure: Failure | undefined
  for (;;) {
    const events = await store.events({ request: grant.request, after, limit: PAGE })
    failure = events.reduce((last, event) => readFailure(event, grant) ?? last, failure)
    after = events.at(-1)?.sequence ?? after
    if (events.length < PAGE) return failure
  }
}

/** What an event says of why the grant is still there. */
function readFailure({ name, grant, detail }: AuditEvent, { id }: Revoking): Failure | undefined {
  if (grant !== id) return undefined
  if (name === 'grant.stuck' && detail.cause === 'target-gone') {
    return { code: 'misconfigured', why: 'The config has its target no more.', attempt: 0 }
  }
  if (name !== 'grant.revoke-failed') return undefined
  const { code, why, attempt } = detail
  return { code: String(code), why: String(why), attempt: typeof attempt === 'number' ? attempt : 0 }
}
