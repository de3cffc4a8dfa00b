import type { Json } from '../../core/canonical-json.ts'
import type { AuditEvent, EventName } from '../../core/event.ts'
import { sentence, unformatted } from '../markup.ts'
import { clip } from './blocks.ts'
import { actorWords } from './standing.ts'

/** Every audit event in words, as the security channel reads it. */
const WORDS: Readonly<Record<EventName, string>> = {
  'request.opened': 'asked for access',
  'request.refused': 'was refused a request',
  'request.approval-recorded': 'approved',
  'request.approved': 'request approved',
  'request.denied': 'denied the request',
  'request.cancelled': 'cancelled the request',
  'request.lapsed': 'request lapsed: nobody decided in time',
  'request.terms-changed': 'request closed: its terms changed',
  'request.reminded': 'reminded the approvers',
  'request.escalated': 'asked more people',
  'approval.refused': 'was refused a decision',
  'approval.disowned': '*SAYS THAT AN APPROVAL IN THIS NAME WAS NOT REAL*',
  'revoke.refused': 'was refused a revoke',
  'glass.broken': '*BROKE THE GLASS*',
  'grant.begun': 'grant begun',
  'grant.activated': 'access given',
  'grant.failed': 'access could not be given',
  'grant.revoke-begun': 'taking access away',
  'grant.revoke-failed': 'taking access away failed, trying again',
  'grant.stuck': '*STUCK: access may still be there*, still trying',
  'grant.revoked': 'access ended',
  'grant.drifted': '*the target and the record differ*',
  'grant.extended': 'access extended',
  'review.due': 'a review is due',
  'review.filed': 'filed a review',
  'review.overdue': '*a review is overdue*',
  'person.frozen': '*PERSON FROZEN: nothing is given until security lifts it*',
  'person.unfrozen': 'person unfrozen',
  'person.subject-changed': '*a person’s identity changed*',
  'group.changed': 'members of a group changed',
  'config.changed': 'the config changed',
  'bot.paused': '*paused: no new access*',
  'bot.resumed': 'resumed',
  'clock.jumped': '*the clock jumped*',
  'system.started': 'the bot started',
  'system.stopped': 'the bot stopped',
  'system.rollback-detected': '*THE DATABASE WAS SET BACK*',
  'audit.checkpointed': 'audit log signed',
}

/** So many members of a changed group are named in one line. */
const MOST_MEMBERS = 10

/** Details that only machines read. */
const LEFT_OUT = new Set(['digest'])

/** How details are called; those that speak for themselves are not. */
const LABELS: Readonly<Record<string, string>> = {
  expiresAt: 'until',
  lookUp: 'look-up',
  notLookedUp: 'nobody could tell who is in:',
  who: 'not reached:',
  looksWrong: 'it looked wrong:',
  shortened: 'shortened to',
  pausedAt: 'paused since',
  agreed: 'agreed by',
  member: '',
  now: 'is now',
  again: 'had agreed to resume:',
  void: 'counts no more:',
  dueAt: 'due',
  cause: '',
  detail: '',
  why: '',
}

/** One event in a line, twice: `shown` in a block, `spoken` in the message's `text`. Typed text is in neither. */
export interface FeedLine {
  readonly shown: string
  readonly spoken: string
}

/** Number, time, what, which ids, who, and the details; when it is one of many, the details are only shown. */
export function feedLine(event: AuditEvent, ofMany: boolean): FeedLine {
  const about = [event.grant ?? event.request, event.entitlement, event.subject]
  const named = about.flatMap((word) => (word ? [unformatted(clip(word, 120))] : []))
  const by = event.actor === 'system' ? [] : [`by ${actorWords(clip(event.actor, 80))}`]
  const { what, detail } = wordsOf(event)
  const brief = [what, ...named, ...by].join(' · ')
  const words = [brief, ...detailWords(detail)].join(' · ')
  const utc = new Date(event.at).toISOString().slice(0, 19)
  const time = `<!date^${Math.floor(event.at / 1000)}^{date_short_pretty} {time_secs}|${utc}Z>`
  return {
    shown: `#${event.sequence} ${time} ${words}`,
    spoken: `#${event.sequence} ${utc.slice(11)} ${ofMany ? brief : words}`,
  }
}

/** What an event has in common with others of its kind: what happened, and the details. */
export function feedTitle(event: AuditEvent): string {
  const { what, detail } = wordsOf(event)
  return [what, ...detailWords(detail)].join(' · ')
}

/** What happened, and the details that this does not say yet: some events are several things, and a detail says which. */
function wordsOf({ name, detail }: AuditEvent): { readonly what: string; readonly detail: AuditEvent['detail'] } {
  if (name === 'bot.paused' && typeof detail.resume === 'string') {
    const { resume, ...rest } = detail
    return { what: `${sentence(clip(resume, 120))}; *still paused*`, detail: rest }
  }
  if (name === 'bot.paused' && detail.again) return { what: '*paused once more: two must agree again*', detail }
  if (name === 'review.due' && typeof detail.why === 'string') {
    const { why, ...rest } = detail
    return { what: sentence(clip(why, 120)), detail: rest }
  }
  return { what: WORDS[name], detail }
}

/** What or whom an event is about, briefly. */
export function feedAbout({ grant, request, subject }: AuditEvent, which: 'id' | 'id and subject'): string {
  const words = [grant ?? request ?? '', ...(which === 'id' ? [] : [subject ?? ''])]
  return words
    .map((word) => unformatted(clip(word, 120)))
    .join(' ')
    .trim()
}

function detailWords(detail: AuditEvent['detail']): string[] {
  return Object.entries(detail)
    .filter(([key]) => !LEFT_OUT.has(key))
    .slice(0, 8)
    .map(([key, value]) =>
      `${unformatted(labelOf(key))} ${whoWords(key, value) ?? sentence(clip(valueWords(value), 120))}`.trim(),
    )
}

/** Details that are ids of members, or of operators. */
const PEOPLE: ReadonlySet<string> = new Set(['added', 'removed', 'agreed', 'again', 'void', 'member'])

/** Who came into a group or left it, who agreed, whom it is about, by mention: names help more at night than ids. */
function whoWords(key: string, value: Json): string | undefined {
  if (!PEOPLE.has(key) || !Array.isArray(value)) return undefined
  const names = value.slice(0, MOST_MEMBERS).map((id) => actorWords(clip(String(id), 80)))
  return `${names.join(', ')}${value.length > MOST_MEMBERS ? ` and ${value.length - MOST_MEMBERS} more` : ''}`
}

function labelOf(key: string): string {
  return Object.hasOwn(LABELS, key) ? (LABELS[key] ?? key) : clip(key, 30)
}

function valueWords(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
