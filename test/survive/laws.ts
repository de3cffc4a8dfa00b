import { proveDatabase } from '../../src/store/prove.ts'
import type { EventRow, GrantRow, Ledger, RequestRow } from './ledger.ts'
import type { Memory, Owed } from './memory.ts'
import { judgeMoreTime } from './more-time.ts'
import type { Town } from './town.ts'
import type { Violations } from './violations.ts'

interface Books {
  readonly requests: readonly RequestRow[]
  readonly grants: readonly GrantRow[]
  readonly events: readonly EventRow[]
  readonly voices: ReadonlyMap<string, ReadonlySet<string>>
}

/** Judges all that was written down, once everything has ended. */
export async function judgeBooks(
  { ledger, memory, town }: { ledger: Ledger; memory: Memory; town: Town },
  violations: Violations,
): Promise<Books> {
  const books = open(ledger)
  judgeVoices(books, violations)
  judgePressed(ledger, memory, violations)
  judgeAsked(books, memory, violations)
  judgeAnswered(ledger, books, memory, violations)
  judgeEvents(books, violations)
  judgeMoreTime(books.grants, violations)
  judgeEnd(books, violations)
  judgeToldTo(town, ledger, memory, violations)
  judgeAnnounced(town, books, violations)
  const verdict = await proveDatabase(town.databasePath)
  if (!verdict.ok) violations.add('the audit chain holds', `event ${verdict.sequence}: ${verdict.why}`)
  return books
}

function open(ledger: Ledger): Books {
  const voices = Map.groupBy(ledger.approvals(), ({ request }) => request)
  return {
    requests: ledger.requests(),
    grants: ledger.grants(),
    events: ledger.events(),
    voices: new Map([...voices].map(([id, rows]) => [id, new Set(rows.map(({ subject }) => subject))])),
  }
}

/** No grant but for an approved request, with enough different people, none of them the requester. */
function judgeVoices({ requests, grants, voices }: Omit<Books, 'events'>, violations: Violations): void {
  const law = 'no grant without its approvals'
  const byId = new Map(requests.map((request) => [request.id, request]))
  for (const { id, request } of grants) {
    const asked = byId.get(request)
    const own = voices.get(request) ?? new Set()
    if (asked?.state !== 'approved') violations.add(law, `${id}: its request is ${asked?.state ?? 'not there'}`)
    if (asked && own.size < asked.quorum) violations.add(law, `${id}: ${own.size} of ${asked.quorum} approvals`)
    if (asked && own.has(asked.subject)) violations.add(law, `${id}: approved by the requester`)
  }
  const granted = new Set(grants.map(({ request }) => request))
  for (const { id, state } of requests) {
    if (state === 'approved' && !granted.has(id)) violations.add('approved without a grant never exists', id)
  }
}

/** Nobody's voice counts but of people who pressed. */
function judgePressed(ledger: Ledger, { presses }: Memory, violations: Violations): void {
  const pressed = new Set(presses.map(({ by, action, request }) => `${by} ${action} ${request}`))
  for (const { request, slackId } of ledger.approvals()) {
    if (!pressed.has(`${slackId} approve ${request}`)) {
      violations.add('no approval that nobody gave', `${slackId} never pressed approve on ${request}`)
    }
  }
}

/** Each request is one that somebody typed, and nothing that was typed once is there twice. */
function judgeAsked({ requests }: Books, { asks }: Memory, violations: Violations): void {
  const byReason = new Map(asks.map((ask) => [ask.reason, ask]))
  const seen = new Set<string>()
  for (const { id, reason, requester, entitlement, extends: extended } of requests) {
    const ask = byReason.get(reason)
    const what = extended === null ? entitlement : extended.replace('G-', 'R-')
    if (ask?.by !== requester || ask.what !== what) {
      violations.add('no request that nobody made', `${id} of ${requester}: ${reason}`)
    }
    if (seen.has(reason)) violations.add('no request twice', `${id}: ${reason}`)
    seen.add(reason)
  }
}

/** Whatever was acknowledged is stored and answered; an ask that was answered with a request has left that request. */
function judgeAnswered(ledger: Ledger, { requests }: Books, { owed }: Memory, violations: Violations): void {
  const inbox = new Map(ledger.inbox().map((row) => [row.id, row]))
  const byReason = new Map(requests.map((request) => [request.reason, request]))
  for (const one of owed) {
    const row = inbox.get(one.inbox)
    const { reason } = one
    if (!row) violations.add(LOST, `${inWords(one)} was acknowledged and is not stored`)
    else if (row.answer === null) violations.add(LOST, `${inWords(one)} was acknowledged and never answered`)
    else if (reason && answeredWith(row.answer) !== byReason.get(reason)?.id) {
      violations.add(LOST, `${inWords(one)} was answered “${row.answer}” and the request is not so`)
    }
  }
}

const LOST = 'nothing acknowledged is lost'

function inWords({ by, what, reason }: Owed): string {
  return `${what} by ${by}${reason ? ` (${reason})` : ''}`
}

/** The id of the request that an ask has become; a refusal names none at its beginning. */
function answeredWith(answer: string): string | undefined {
  return /^(R-[0-9A-Z]{6}): /.exec(answer)?.[1]
}

/** People read the answer to what was acknowledged: it was shown to them at least once. */
function judgeToldTo(town: Town, ledger: Ledger, { owed }: Memory, violations: Violations): void {
  const inbox = new Map(ledger.inbox().map((row) => [row.id, row.answer]))
  const read = new Map(
    town.engineers.map(({ person }) => [
      person.id,
      town.workspace
        .everShown(person.dm)
        .map(({ plain }) => plain)
        .join('\n'),
    ]),
  )
  for (const { inbox: id, by, what, reason } of owed) {
    const request = reason && answeredWith(inbox.get(id) ?? '')
    if (request && !read.get(by)?.includes(`${request}: `)) {
      violations.add('what was asked is answered to the person', `${what} by ${by}: ${request} was never shown`)
    }
  }
}

/** Nothing was ever shown of a request or an event that is not stored. */
function judgeAnnounced({ workspace, ...town }: Town, { requests, events }: Books, violations: Violations): void {
  const law = 'announced only what is stored'
  const stored = new Set(requests.map(({ id }) => id))
  const shown = [...town.cardChannels, ...town.engineers.map(({ person }) => person.dm)].flatMap((where) =>
    workspace.everShown(where),
  )
  for (const { plain } of shown) {
    for (const [id] of plain.matchAll(/\bR-[0-9A-Z]{6}\b/g)) if (!stored.has(id)) violations.add(law, `${id}: ${plain}`)
  }
  for (const { plain } of workspace.everShown(town.security)) {
    for (const [event, sequence] of plain.matchAll(/#(\d+)/g)) {
      if (Number(sequence) > events.length) violations.add(law, `event ${event}`)
    }
  }
}

/** One event for each transition, and none for what did not happen: compared with the rows. */
function judgeEvents({ requests, grants, events, voices }: Books, violations: Violations): void {
  const counts = new Map<string, number>()
  for (const { name, request, grant } of events) {
    const key = `${name} ${(name.startsWith('grant.') ? grant : request) ?? ''}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const expect = (name: string, id: string, times: number) => {
    const found = counts.get(`${name} ${id}`) ?? 0
    if (found !== times) violations.add('one event for each transition', `${id}: ${name} ${found} times, not ${times}`)
  }
  for (const { id, state } of requests) {
    expect('request.opened', id, 1)
    expect('request.approval-recorded', id, voices.get(id)?.size ?? 0)
    for (const end of ['approved', 'denied', 'cancelled', 'lapsed']) expect(`request.${end}`, id, Number(state === end))
  }
  for (const { id, state, activeAt, cause } of grants) {
    expect('grant.begun', id, 1)
    expect('grant.activated', id, Number(activeAt !== null))
    expect('grant.failed', id, Number(cause === 'grant-failed'))
    expect('grant.extended', id, Number(cause === 'extended'))
    expect('grant.revoke-begun', id, Number(state === 'revoking' || state === 'revoked'))
    expect('grant.revoked', id, Number(state === 'revoked'))
  }
  events.forEach(({ sequence }, index) => {
    if (sequence !== index + 1) violations.add('no audit event lost', `event ${index + 1} is not there`)
  })
}

/** In the end every grant is revoked and nothing is pending. */
function judgeEnd({ requests, grants }: Books, violations: Violations): void {
  const law = 'everything ends'
  for (const { id, state } of grants) if (state !== 'revoked') violations.add(law, `${id} is ${state}`)
  for (const { id, state } of requests) if (state === 'pending') violations.add(law, `${id} is pending`)
}

/** What was written before a kill stands there after it, unchanged. */
export class Witness {
  readonly #hashes: string[] = []
  #owed = 0

  /** Reads what is new, after it has compared the last event that it knows. */
  look(ledger: Ledger, { owed }: Memory, violations: Violations): void {
    const known = this.#hashes.length
    const found = ledger.events(Math.max(0, known - 1))
    if (known > 0 && found.shift()?.hash !== this.#hashes.at(-1)) {
      violations.add('no audit event lost', `event ${known} was there before the kill, and is not, or is another`)
    }
    for (const { hash } of found) this.#hashes.push(hash)
    const heard = owed.slice(this.#owed)
    this.#owed = owed.length
    const unstored = ledger.unstored(heard.map(({ inbox }) => inbox))
    for (const one of heard) {
      if (unstored.has(one.inbox)) violations.add(LOST, `${inWords(one)} was acknowledged and is not stored`)
    }
    for (const { id, state } of ledger.forgotten()) {
      violations.add('what is begun is never forgotten', `${id} is ${state}, and nothing waits to be done about it`)
    }
  }
}
