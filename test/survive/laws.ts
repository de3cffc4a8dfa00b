import { proveDatabase } from '../../src/store/prove.ts'
import type { EventRow, GrantRow, Ledger, RequestRow } from './ledger.ts'
import type { Memory } from './memory.ts'
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
  judgeEnd(books, violations)
  judgeToldTo(town, ledger, memory, violations)
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
  for (const { id, reason, requester, entitlement } of requests) {
    const ask = byReason.get(reason)
    if (ask?.by !== requester || ask.entitlement !== entitlement) {
      violations.add('no request that nobody made', `${id} of ${requester}: ${reason}`)
    }
    if (seen.has(reason)) violations.add('no request twice', `${id}: ${reason}`)
    seen.add(reason)
  }
}

/** Whatever was acknowledged is stored and answered; an ask that was answered with a request has left that request. */
function judgeAnswered(ledger: Ledger, { requests }: Books, { owed }: Memory, violations: Violations): void {
  const law = 'nothing acknowledged is lost'
  const inbox = new Map(ledger.inbox().map((row) => [row.id, row]))
  const byReason = new Map(requests.map((request) => [request.reason, request]))
  for (const { inbox: id, by, what, reason } of owed) {
    const row = inbox.get(id)
    const about = `${what} by ${by}${reason ? ` (${reason})` : ''}`
    if (!row) violations.add(law, `${about} was acknowledged and is not stored`)
    else if (row.answer === null) violations.add(law, `${about} was acknowledged and never answered`)
    else if (reason && answeredWith(row.answer) !== byReason.get(reason)?.id) {
      violations.add(law, `${about} was answered “${row.answer}” and the request is not so`)
    }
  }
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

  /** Reads what is new, after it has compared the last event that it knows. */
  look(ledger: Ledger, violations: Violations): void {
    const known = this.#hashes.length
    const found = ledger.events(Math.max(0, known - 1))
    if (known > 0 && found.shift()?.hash !== this.#hashes.at(-1)) {
      violations.add('no audit event lost', `event ${known} was there before the kill, and is not, or is another`)
    }
    for (const { hash } of found) this.#hashes.push(hash)
  }
}
