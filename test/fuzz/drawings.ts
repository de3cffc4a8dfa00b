import { words } from '../../src/config/schema/scalars.ts'
import type { News } from '../../src/core/effect.ts'
import type { AuditEvent } from '../../src/core/event.ts'
import type { Part } from '../../src/core/home.ts'
import { identify, type Person } from '../../src/core/person.ts'
import type { Entitlement, Policy } from '../../src/core/policy.ts'
import type { PendingRequest, Request } from '../../src/core/request.ts'
import type { Result } from '../../src/core/result.ts'
import { checkText, MOST_NOTE, MOST_REASON } from '../../src/core/typed-text.ts'
import type { HomeFacts } from '../../src/operations/home.ts'
import { togetherIn } from '../../src/scheduler/lanes.ts'
import { readCommandLine } from '../../src/slack/command-line.ts'
import { sentence } from '../../src/slack/markup.ts'
import { readProfile } from '../../src/slack/profile.ts'
import { earlierEntry } from '../../src/slack/request-form/entry.ts'
import { fitEntry } from '../../src/slack/request-form/fit.ts'
import { fullHome } from '../../src/slack/survey/full-home.ts'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import type { Message } from '../../src/slack/views/blocks.ts'
import { extendForm } from '../../src/slack/views/extend-form.ts'
import { feedBatch } from '../../src/slack/views/feed.ts'
import { helpText } from '../../src/slack/views/help.ts'
import { homeView } from '../../src/slack/views/home/view.ts'
import { newsMessage, togetherMessage } from '../../src/slack/views/news.ts'
import { suggestionsFor } from '../../src/slack/views/request-choices.ts'
import type { RequestView } from '../../src/slack/views/request-facts.ts'
import { closedForm, requestForm } from '../../src/slack/views/request-form.ts'
import { requesterCard } from '../../src/slack/views/requester-card.ts'
import { makeAskable, makeAskableRule } from '../slack/asking.ts'
import { makeActive, makeEntitlement, makePolicy, makeRequest, NIGHT } from '../support/make.ts'
import { drawAsking } from './asking.ts'
import type { Sent } from './reader.ts'
import { SITUATIONS } from './situations.ts'
import { drawTrust } from './trust.ts'

/** Everything that somebody else than the bot has written, as it was typed. */
export interface Typed {
  /** Of a request, behind the slash command. */
  readonly reason: string
  /** Why something is denied, or taken away. */
  readonly note: string
  /** The requester's display name, and what stands before the @ of his address. */
  readonly name: string
  readonly address: string
  /** Of the entitlement, in the config. */
  readonly title: string
  /** A whole line behind the slash command, and what is typed into the menu of entitlements. */
  readonly line: string
}

/** What is drawn at once for one request, under a name that is the same for the same kind of drawing. */
export interface Drawing {
  readonly kind: string
  readonly sent: Sent
}

/** What the texts come to once they are checked; `undefined`: refused. */
export interface Taken {
  readonly reason: string | undefined
  readonly note: string | undefined
  readonly title: string | undefined
  readonly person: Person | undefined
}

const TITLE = words(75)

/** Checks every text where the bot checks it. */
export function take({ reason, note, name, address, title }: Typed): Taken {
  const user = { id: 'U0ANN', team_id: 'T0', is_email_confirmed: true }
  const profile = { display_name: name, email: `${address}@example.com` }
  const read = readProfile({ ...user, profile }, 'U0ANN', { teamId: 'T0', enterpriseId: undefined } as never)
  const person = read && identify(read, { kind: 'email', domains: ['example.com'] }, 'now')
  return {
    reason: shown(checkText(reason, MOST_REASON)),
    note: shown(checkText(note, MOST_NOTE)),
    title: TITLE.safeParse(title).data,
    person: person?.ok ? person.value : undefined,
  }
}

function shown(checked: Result<string>): string | undefined {
  return checked.ok && checked.value !== '' ? checked.value : undefined
}

/** Sentences that tell of a refusal, which hold nothing of what was typed. */
export function refusalsOf({ reason, note }: Typed): string[] {
  const checked = [checkText(reason, MOST_REASON), checkText(note, MOST_NOTE)]
  return checked.flatMap((one) => (one.ok ? [] : [one.refusal.sentence]))
}

export const SITUATION_COUNT = SITUATIONS.length
const EVERY_NEWS: Readonly<Record<News, true>> = {
  granted: true,
  denied: true,
  lapsed: true,
  'terms-changed': true,
  ended: true,
  stuck: true,
}
const NEWS = Object.keys(EVERY_NEWS) as News[]

/** Draws everything that is shown of a request in one of its situations. */
export function drawRequest(taken: Taken, situation: number): Drawing[] {
  const entitlement = makeEntitlement({ title: taken.title ?? 'Read' })
  const { person, reason = 'x', note = 'x' } = taken
  const made = makeRequest({ ...(person ? { person } : {}), entitlement, reason })
  const now = SITUATIONS[situation]?.(made, note)
  if (!now) throw new Error('no such situation')
  const view: RequestView = {
    ...now,
    copy: 'c'.repeat(32),
    title: entitlement.title,
    notice: 'Sessions end.',
    now: NIGHT,
  }
  const told = NEWS.flatMap((news) => {
    const sent = newsMessage(news, view, '/breakglass')
    return sent ? [{ kind: news, sent }] : []
  })
  return [
    { kind: 'approval card', sent: approvalCard(view) },
    { kind: 'requester card', sent: requesterCard(view) },
    ...drawAsking(view),
    ...drawTrust(view),
    ...told,
    { kind: 'many notices', sent: together(told) },
    { kind: 'feed', sent: feedBatch(eventsOf(now.request, note)).message ?? {} },
    ...(situation === 0 ? [{ kind: 'feed of many', sent: feedOfMany(now.request) }] : []),
    { kind: 'Ask again', sent: formOf(entitlement, earlierEntry(now.request)) },
    { kind: 'Extend', sent: moreTimeFor(now.request, entitlement) },
    ...(situation === 0 ? [{ kind: 'Home', sent: homeOf(made, entitlement, note) }] : []),
    ...(situation === 0
      ? [{ kind: 'card from a message', sent: approvalCard({ ...view, request: { ...made, link: LINK } }) }]
      : []),
    { kind: 'form from a message', sent: formOf(entitlement, earlierEntry({ ...now.request, link: LINK })) },
  ]
}

/** News that comes to many at once is told so many times in one message. */
const TOGETHER = togetherIn('notice:U0ANN')

function together(told: readonly { readonly kind: News; readonly sent: Message }[]): Sent {
  const inBulk = told.filter(({ kind }) => kind !== 'denied' && kind !== 'granted').map(({ sent }) => sent)
  const many = Array.from({ length: TOGETHER }, () => inBulk).flat()
  return togetherMessage(many.slice(0, TOGETHER)) ?? { text: '…' }
}

/** Time has brought the same to many. */
function feedOfMany({ id, terms }: Request): Sent {
  const facts = { at: NIGHT, actor: 'system', request: id, grant: null, textHash: null, previous: '', text: null }
  const { subject, entitlement } = terms
  const events = Array.from({ length: 50 }, (_, index): AuditEvent => {
    return { ...facts, sequence: index + 1, name: 'request.lapsed', subject, entitlement, detail: {} }
  })
  return feedBatch(events).message ?? {}
}

const LINK = `https://night.slack.com/archives/C0REQUESTS/p1?thread_ts=1.1&cid=${'C'.repeat(400)}`

/** With as much on it as there can be. */
function homeOf(request: PendingRequest, entitlement: Entitlement, note: string): Sent {
  const askables = Array.from({ length: 10 }, () => makeAskable({ title: entitlement.title }))
  const { id, terms } = request
  const grant = { ...makeActive(), request: id, subject: terms.subject, account: terms.account }
  const full = fullHome({ request: { ...request, link: LINK }, grant, askables, note, at: NIGHT })
  return homeView(oneOfEach(full), policyOf(entitlement))
}

/** All of it is drawn then, however long the texts are. */
function oneOfEach(full: HomeFacts): HomeFacts {
  const { held, waiting, mine, reviews, security } = full
  const one = <Item>(part: Part<Item>): Part<Item> => ({ ...part, items: part.items.slice(0, 1) })
  if (!security) throw new Error('a full Home is one of security')
  const { live, stuck, frozen, lacking, pause } = security
  const some = { live: one(live), stuck: one(stuck), frozen: one(frozen), lacking: one(lacking), pause }
  return { ...full, held: one(held), waiting: one(waiting), mine: one(mine), reviews: one(reviews), security: some }
}

function moreTimeFor({ id, terms, reason }: Request, { title }: Entitlement): Sent {
  const { entitlement, target } = terms
  const rule = makeAskableRule({ reason: { minLength: 5, hint: title } })
  const found = { request: id, grant: 'G-7KQ2M4', expiresAt: NIGHT + 1, entitlement, title, target, rule } as const
  return extendForm(found, { request: id, ttlMs: undefined, words: reason, faults: {} }, NIGHT)
}

function eventsOf({ id, terms, reason }: Request, note: string): AuditEvent[] {
  const { subject, entitlement } = terms
  const facts = { at: NIGHT, subject, entitlement, request: id, grant: null, textHash: null, previous: '' }
  const { account, target, purpose } = terms
  return [
    {
      ...facts,
      sequence: 1,
      name: 'request.opened',
      actor: 'U0ANN',
      detail: { account, target, purpose },
      text: reason,
    },
    { ...facts, sequence: 2, name: 'request.denied', actor: 'U0LEE', detail: {}, text: note },
    {
      ...facts,
      sequence: 3,
      name: 'grant.revoke-begun',
      actor: 'cli:*root*',
      detail: { cause: 'expired' },
      text: note,
    },
  ]
}

function policyOf(entitlement: Entitlement): Policy {
  return makePolicy({ entitlements: new Map([[entitlement.id, entitlement]]) })
}

function formOf({ id, title }: Entitlement, entry: Parameters<typeof fitEntry>[1]) {
  const found = [
    makeAskable({ entitlement: id, title, rules: [makeAskableRule({ reason: { minLength: 5, hint: title } })] }),
    makeAskable({ entitlement: 'orders-write', title }),
  ]
  return requestForm(found, fitEntry(found, entry))
}

/** Draws what a line is answered with, and what the bot says of its entitlements. */
export function drawLine({ line }: Typed, { title = 'Read' }: Taken): Drawing[] {
  const entitlement = makeEntitlement({ title })
  const policy = policyOf(entitlement)
  const read = readCommandLine(line, policy)
  const answers =
    'sentence' in read ? [{ kind: `answer to ${read.verb}`, sent: { text: sentence(read.sentence) } }] : []
  const forms = read.verb === 'form' ? [{ kind: 'form', sent: formOf(entitlement, read.entry) }] : []
  const options = suggestionsFor([makeAskable({ title })], line)
  return [
    ...answers,
    ...forms,
    { kind: 'help', sent: { text: sentence(helpText(policy)) } },
    { kind: 'closed form', sent: closedForm(sentence(`orders-read: ${title}, on orders-db`)) },
    { kind: 'suggestions', sent: menuWith(options) },
  ]
}

/** A menu's options are judged where they will stand. */
function menuWith(suggested: ReturnType<typeof suggestionsFor>): Sent {
  const isEmpty = 'options' in suggested && suggested.options.length === 0
  const element = { type: 'static_select', action_id: 'a', ...suggested }
  return { text: '…', blocks: isEmpty ? [] : [{ type: 'actions', elements: [element] }] }
}
