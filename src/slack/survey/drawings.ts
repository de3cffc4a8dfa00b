import type { HomeView, KnownBlock, ModalView } from '@slack/types'
import { WebAPIPlatformError, type WebClient } from '@slack/web-api'
import { EVENT_NAMES } from '../../core/event.ts'
import { beginGrant, openHolding } from '../../core/granting.ts'
import { grantIdOf } from '../../core/ids.ts'
import type { Policy } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import type { PendingRequest, Request } from '../../core/request.ts'
import { draftRequest } from '../../core/submission.ts'
import { MOST_NOTE, MOST_REASON } from '../../core/typed-text.ts'
import { ruleOf } from '../../operations/ask-form.ts'
import type { Askable } from '../../operations/operations.ts'
import { lineEntry } from '../request-form/entry.ts'
import { fitEntry } from '../request-form/fit.ts'
import { loggable } from '../slack-error.ts'
import { approvalCard } from '../views/approval-card.ts'
import type { Message } from '../views/blocks.ts'
import { denyForm } from '../views/deny-form.ts'
import { extendForm } from '../views/extend-form.ts'
import { feedBatch } from '../views/feed.ts'
import { homeView } from '../views/home/view.ts'
import { receiptCard } from '../views/receipt-card.ts'
import { reminderMessage } from '../views/reminder.ts'
import { shorterTimes } from '../views/request-choices.ts'
import { requestForm } from '../views/request-form.ts'
import { requesterCard } from '../views/requester-card.ts'
import { shortenForm } from '../views/shorten-form.ts'
import { fullAsking, fullStep } from './full-asking.ts'
import { fullHome } from './full-home.ts'
import { glassDrawings } from './glass-drawings.ts'
import { patiently } from './patient.ts'

const DIGEST = 'd'.repeat(64)
const YEAR_MS = 366 * 86_400_000
/** One code point, two UTF-16 units: the longest that may be typed. */
const WIDE = '𝔻'

/** Lets Slack itself judge every card and form, drawn with the longest texts that they can have. */
export async function surveyDrawings(client: WebClient, policy: Policy): Promise<readonly Remark[]> {
  const where = 'cards and forms'
  const refused: Remark[] = []
  for (const [name, drawn] of Object.entries(drawings(policy))) {
    try {
      await patiently(() => client.blocks.validate('view' in drawn ? { view: drawn.view } : { blocks: drawn.blocks }))
    } catch (error) {
      if (!isVerdict(error)) return [unanswered(where, error)]
      const fix = 'This is a fault of this program: please report it, with this line.'
      refused.push({ level: 'fault', where, what: `Slack refuses the longest ${name}: ${loggable(error).code}`, fix })
    }
  }
  return refused.length > 0 ? refused : [well(where, 'Slack accepts each of them, with the longest texts')]
}

function isVerdict(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && /^invalid_(blocks|view|message)/.test(error.data.error)
}

function unanswered(where: string, error: unknown): Remark {
  return { level: 'finding', where, what: `Slack did not judge them: ${loggable(error).code}`, fix: null }
}

type Drawing = { readonly blocks: KnownBlock[] } | { readonly view: ModalView | HomeView }

/** Everything that is drawn from what people or the config say. */
function drawings(policy: Policy): Readonly<Record<string, Drawing>> {
  const request = longestRequest(policy)
  const by = { by: 'U0123456789', byName: WIDE.repeat(80) }
  const denied: Request = {
    ...request,
    state: 'denied',
    deniedAt: 0,
    ...by,
    note: WIDE.repeat(MOST_NOTE),
    looksWrong: false,
  }
  const yes = { subject: 's', by: 'U0123456789', name: '', at: 0, groups: [], ttlMs: 1 }
  const approved: Request = { ...request, state: 'approved', approvedAt: 0, approvals: [yes] }
  const [grant] = beginGrant(approved, { holding: openHolding('h', approved, 0) }, 'U0123456789', 0).grants ?? []
  const common = {
    grant: undefined,
    copy: 'c'.repeat(32),
    title: longest(titlesOf(policy)),
    notice: WIDE.repeat(500),
    now: 0,
  }
  const found = askables(policy)
  const about = { link: `https://example.slack.com/${'a'.repeat(470)}` }
  return {
    'approval card': approvalCard({ ...common, request }),
    'card of a frozen request': approvalCard({ ...common, request, frozen: true }),
    'card of a denied request': approvalCard({ ...common, request: denied }),
    'card of a step': approvalCard({ ...common, request, step: fullStep(true) }),
    'card of a step that is only told': approvalCard({ ...common, request, step: fullStep(false) }),
    'requester’s card while others are asked': requesterCard({
      ...common,
      request,
      asking: fullAsking(request.id),
      canBreakGlass: true,
    }),
    reminder: reminderMessage({ ...common, request }, { ...request, approvals: [yes] }, 'C0123456789'),
    'card of a grant': approvalCard({ ...common, request: approved, grant }),
    'requester’s card': requesterCard({ ...common, request: denied }),
    'requester’s card of a grant': requesterCard({ ...common, request: approved, grant }),
    'message to the security channel': { blocks: longestFeed(request)?.blocks ?? [] },
    receipt: receiptCard({ ...common, request: approved, grant, receipt: { by: 'U0123456789', disowned: false } }),
    'form to approve shorter': {
      view: shortenForm(request, shorterTimes(request, 1_000), 'm'.repeat(500)),
    },
    'form to deny': { view: denyForm(request.id, 'm'.repeat(500)) },
    'form for more time': { view: longestExtendForm(request, found) },
    'form to ask': {
      view: requestForm(found, fitEntry(found, lineEntry({ entitlement: found[0]?.entitlement, about }))),
    },
    ...glassDrawings({ ...common, request: approved, grant }, found, (index) => `${index}${'g'.repeat(62)}`),
    ...(grant ? { Home: { view: longestHome(policy, { request, grant, askables: found }) } } : {}),
  }
}

/** As many as are called by name. */
function membersOf(group: number) {
  return { kind: 'members', members: Array.from({ length: 5 }, (_, index) => `U01234567${group}${index}`) } as const
}

/** The longest that the production code would open. */
function longestRequest(policy: Policy): PendingRequest {
  const rules = [...policy.rules.values()].map((rule) => ({ ...rule, quorum: 1 }))
  const rule = rules.toSorted((a, b) => b.name.length - a.name.length)[0]
  const entitlement = [...policy.entitlements.values()][0]
  if (!rule || !entitlement) throw new Error('a config has rules and entitlements')
  const approvers = Array.from({ length: 5 }, (_, index) => ({
    name: `${index}${'g'.repeat(63)}`,
    source: membersOf(index),
  }))
  const needs = approvers.map((from) => ({ from, atLeast: 1 }))
  const target = { ...entitlement.target, name: 't'.repeat(64), account: { kind: 'subject' } as const }
  const reason = WIDE.repeat(MOST_REASON)
  const drafted = draftRequest(
    {
      id: 'R-7KQ2M4',
      person: { id: 'U0ASKING', name: WIDE.repeat(80), subject: `${'s'.repeat(200)}@example.com`, asOf: 'now' },
      wanted: {
        entitlement: { ...entitlement, id: 'e'.repeat(64), target },
        choice: {
          rule: { ...rule, approval: 'people', approvers, needs },
          purpose: 'p'.repeat(40),
          reason,
          passedOver: [],
        },
        ttlMs: YEAR_MS,
        reason,
      },
      extends: null,
      membership: {},
      hash: () => DIGEST,
    },
    0,
  )
  if (!drafted.ok) throw new Error(drafted.refusal.sentence)
  return drafted.value
}

function longestExtendForm({ id, terms }: PendingRequest, [first]: readonly Askable[]): ModalView {
  const rule = first?.rules[0]
  if (!rule) throw new Error('an entitlement has a rule')
  const { entitlement, target } = terms
  const facts = {
    request: id,
    grant: grantIdOf(id),
    expiresAt: YEAR_MS,
    entitlement,
    target,
    title: WIDE.repeat(75),
    rule,
  }
  return extendForm(facts, { request: id, ttlMs: undefined, words: WIDE.repeat(MOST_REASON), faults: {} }, 0)
}

function longestHome(policy: Policy, stuff: Pick<Parameters<typeof fullHome>[0], 'request' | 'grant' | 'askables'>) {
  return homeView(fullHome({ ...stuff, note: WIDE.repeat(MOST_NOTE), at: 0 }), policy)
}

function longestFeed({ terms, id }: PendingRequest): Message | undefined {
  const events = EVENT_NAMES.map((name, index) => ({
    sequence: index + 1,
    at: 0,
    name,
    actor: terms.requester,
    subject: terms.subject,
    entitlement: terms.entitlement,
    request: id,
    grant: null,
    detail: {},
    textHash: DIGEST,
    previous: DIGEST,
    text: WIDE.repeat(MOST_REASON),
  }))
  return feedBatch(events).message
}

function askables(policy: Policy): readonly Askable[] {
  return [...policy.entitlements.values()].map(({ id, title, target, rules }) => ({
    entitlement: id,
    title,
    target: target.name,
    rules: rules.map(ruleOf),
  }))
}

function titlesOf({ entitlements }: Policy): string[] {
  return [...entitlements.values()].map(({ title }) => title)
}

function longest(texts: readonly string[]): string {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), '')
}
