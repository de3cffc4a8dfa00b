import {
  type ConfigName,
  DIRECTORS,
  ENGINEERS,
  type Entitlement,
  LENGTHS,
  type Outside,
  SECURITY,
  subjectOf,
  type Who,
} from './town.ts'

/** What a command came to, for the comparison and for the count of what was covered. */
export type Came = string

export interface ModelApproval {
  readonly by: Who
  readonly subject: string
  readonly groups: readonly string[]
  readonly ttlMs: number | null
}

export interface ModelRequest {
  /** In the order in which requests were opened; the bot's id is noted when it is known. */
  readonly number: number
  id: string
  readonly by: Who
  readonly subject: string
  readonly entitlement: Entitlement
  readonly ttlMs: number
  readonly reason: string
  readonly glass: boolean
  readonly extends: number | null
  readonly openedAt: number
  readonly config: ConfigName
  readonly leadsAtOpening: readonly Who[]
  state: 'pending' | 'approved' | 'denied' | 'cancelled' | 'lapsed'
  decidedAt: number
  readonly disowned: Set<Who>
  told: number
  /** A card could not be delivered. */
  undelivered: boolean
  approvals: ModelApproval[]
  nudgedAt: number | null
  nudges: number
  grant: ModelGrant | null
  review: ModelReview | null
}

export interface ModelGrant {
  live: boolean
  readonly createdAt: number
  readonly beganAt: number
  readonly expiresAt: number
  extended: boolean
}

export interface ModelReview {
  readonly dueAt: number
  state: 'owed' | 'filed'
  outcome: string | null
}

/** All that the stories are about, as the design says it should be; knows nothing of the bot's code. */
export class Model {
  now: number
  config: ConfigName = 'usual'
  outside: Outside = {
    gone: new Set(),
    renamed: new Set(),
    leads: ['U0LEE', 'U0KIM'],
    rota: ['U0BEN'],
    rotaAnswers: true,
  }
  readonly requests: ModelRequest[] = []
  readonly pins = new Map<Who, string>()
  readonly frozen = new Set<string>()
  /** Of these, those whose address has changed: that is told once. */
  readonly changed = new Set<Who>()
  /** Who agreed to end it, and who each was then. */
  pause: { readonly voices: Map<Who, string> } | null = null
  /** What the step that is being taken is about. */
  picked: ModelRequest | undefined

  constructor(now: number) {
    this.now = now
  }

  /** One of those that the step makes sense for; now and then any, so that noes are tried, too. */
  pick(which: number, sensible: (request: ModelRequest) => boolean): ModelRequest | undefined {
    const fitting = this.requests.filter(sensible)
    const from = fitting.length > 0 && which % 5 > 0 ? fitting : this.requests
    this.picked = from[which % Math.max(1, from.length)]
    return this.picked
  }

  is(who: Who): { readonly subject: string; readonly gone: boolean } {
    return { subject: subjectOf(who, this.outside.renamed), gone: this.outside.gone.has(who) }
  }

  isFrozen(who: Who, subject: string): boolean {
    return this.frozen.has(who) || this.frozen.has(subject)
  }

  liveGrant(subject: string, entitlement: Entitlement): ModelRequest | undefined {
    return this.requests.find(
      (one) => one.subject === subject && one.entitlement === entitlement && one.grant?.live && !one.grant.extended,
    )
  }

  pendingOf(subject: string): readonly ModelRequest[] {
    return this.requests.filter((one) => one.subject === subject && one.state === 'pending')
  }

  /** The deciding groups by which somebody may decide now. */
  decidesBy(request: ModelRequest, who: Who): readonly string[] {
    const { leads, rota, rotaAnswers } = this.outside
    if (request.entitlement === 'logs' || request.glass) return []
    const isLead = leads.includes(who) && request.leadsAtOpening.includes(who)
    if (request.entitlement === 'vault') {
      return [...(isLead ? ['leads'] : []), ...(SECURITY.includes(who) ? ['secteam'] : [])]
    }
    const elapsed = Math.max(this.now - request.openedAt, request.told)
    const later = elapsed >= LENGTHS.escalate && DIRECTORS.includes(who)
    return [
      ...(isLead ? ['leads'] : []),
      ...(rotaAnswers && rota.includes(who) ? ['rota'] : []),
      ...(later ? ['directors'] : []),
    ]
  }

  /** Whether the voices so far are enough; tries every way to seat them. */
  isMet(request: ModelRequest): boolean {
    const voices = request.approvals.filter(
      ({ by, subject }) => subject !== request.subject && !this.isFrozen(by, subject),
    )
    if (request.entitlement !== 'vault') return voices.length >= 1
    const places = request.config === 'usual' ? ['leads', 'secteam'] : ['leads', 'secteam', 'secteam']
    return (
      voices.length >= places.length &&
      seats(
        places,
        voices.map(({ groups }) => groups),
      )
    )
  }

  ttlAgreed(request: ModelRequest): number {
    return Math.min(request.ttlMs, ...request.approvals.map(({ ttlMs }) => ttlMs ?? request.ttlMs))
  }

  /** Uses of the rule without approval in its window. */
  autoUses(subject: string): number {
    return this.requests.filter(
      ({ subject: whose, entitlement, grant }) =>
        whose === subject && entitlement === 'logs' && grant && grant.createdAt >= this.now - LENGTHS.autoPer,
    ).length
  }

  /** Who could agree besides the requester, so that it makes sense to ask at all. */
  couldBeApproved(entitlement: Entitlement, by: Who): boolean {
    const others = (ids: readonly Who[]) => ids.filter((id) => id !== by)
    if (entitlement !== 'vault') return true // a director may, later
    const seatsWanted = this.config === 'usual' ? ['leads', 'secteam'] : ['leads', 'secteam', 'secteam']
    const people = new Set([...others(this.outside.leads), ...others(SECURITY)])
    const voices = [...people].map((who) => [
      ...(this.outside.leads.includes(who) ? ['leads'] : []),
      ...(SECURITY.includes(who) ? ['secteam'] : []),
    ])
    return voices.length >= seatsWanted.length && seats(seatsWanted, voices)
  }

  /** What a grant was extended to last. */
  goesOnAs(request: ModelRequest): ModelRequest | undefined {
    if (!request.grant?.extended) return request
    const next = this.requests.find((one) => one.extends === request.number && one.grant)
    return next && this.goesOnAs(next)
  }

  mayAsk(who: Who): boolean {
    return ENGINEERS.includes(who)
  }

  /** Whether somebody's look-up is well, and who he is; a changed subject freezes him. */
  identity(who: Who): 'well' | 'gone' | 'changed' {
    const { subject, gone } = this.is(who)
    if (gone) return 'gone'
    const pin = this.pins.get(who)
    return pin !== undefined && pin !== subject ? 'changed' : 'well'
  }

  pin(who: Who): void {
    if (!this.pins.has(who)) this.pins.set(who, this.is(who).subject)
  }

  grant(request: ModelRequest, ttlMs: number, extended: ModelRequest | undefined): void {
    const isBounded = request.entitlement === 'orders'
    const latest = isBounded && extended?.grant ? extended.grant.beganAt + LENGTHS.mostInAll : Number.POSITIVE_INFINITY
    request.state = 'approved'
    request.decidedAt = this.now
    request.grant = {
      live: true,
      createdAt: this.now,
      beganAt: extended?.grant?.beganAt ?? this.now,
      expiresAt: Math.min(this.now + ttlMs, latest),
      extended: false,
    }
    if (extended?.grant) {
      extended.grant.extended = true
      extended.grant.live = false
    }
  }

  end(request: ModelRequest): void {
    if (request.grant) request.grant.live = false
  }

  decide(request: ModelRequest, state: ModelRequest['state']): void {
    request.state = state
    request.decidedAt = this.now
  }

  /** Whether more people are told now; nobody is bothered while nothing could be given. */
  tellsMore(request: ModelRequest): boolean {
    if (request.state !== 'pending' || request.entitlement !== 'orders' || request.told > 0) return false
    if (this.pause || this.isFrozen(request.by, request.subject)) return false
    return request.undelivered || request.openedAt + LENGTHS.escalate <= this.now
  }

  /** Time has passed: what is over ends, then what nobody decided lapses. */
  settle(): { readonly expired: number; readonly lapsed: number; readonly escalated: number } {
    const over = this.requests.filter(({ grant }) => grant?.live && grant.expiresAt <= this.now)
    for (const request of over) this.end(request)
    const late = this.requests.filter((one) => one.state === 'pending' && one.openedAt + LENGTHS.lapse <= this.now)
    for (const request of late) this.decide(request, 'lapsed')
    const told = this.requests.filter((one) => this.tellsMore(one))
    for (const request of told) request.told = LENGTHS.escalate
    return { expired: over.length, lapsed: late.length, escalated: told.length }
  }
}

/** Whether each place can be taken by somebody of its own. */
function seats(places: readonly string[], voices: readonly (readonly string[])[]): boolean {
  const [place, ...others] = places
  if (place === undefined) return true
  return voices.some(
    (groups, index) =>
      groups.includes(place) &&
      seats(
        others,
        voices.filter((_, other) => other !== index),
      ),
  )
}
