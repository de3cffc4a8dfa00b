import type { Json } from './canonical-json.ts'
import type { RequestId, SlackId, Subject } from './ids.ts'
import { accountOf, type BreakGlassRule, type Entitlement, type Group, type Rule } from './policy.ts'

/** A group as it stood in the config: a changed member list, user group or schedule is a changed term. */
export type GroupTerms = {
  readonly name: string
  readonly members: readonly SlackId[] | null
  readonly usergroup: string | null
  /** Only there for an on-call schedule. */
  readonly schedule?: string
}

/** So many different people of the group must agree. */
export type NeedTerms = { readonly from: string; readonly atLeast: number }

/** Who may approve from when on: step 0 at once, an escalation step that decides after its delay. */
export type ApproverTerms = { readonly afterMs: number; readonly groups: readonly GroupTerms[] }

/** Everything that a yes agrees to; its hash is the digest. No titles and no progress. */
export type Terms = {
  readonly request: RequestId
  readonly requester: SlackId
  readonly subject: Subject
  readonly entitlement: string
  readonly target: string
  readonly account: string
  readonly access: Json
  readonly ttlMs: number
  readonly purpose: string
  /** SHA-256 of the reason, hex. */
  readonly reasonHash: string
  readonly rule: string
  readonly approvers: readonly ApproverTerms[]
  readonly quorum: number
  /** Only there where it matters of which groups they are. */
  readonly needs?: readonly NeedTerms[]
  /** Only there where the glass was broken: nobody agreed. */
  readonly glass?: true
}

/** The parts of the terms that the person chose; the rest is the config's. */
export type Asked = Pick<Terms, 'request' | 'requester' | 'subject' | 'ttlMs' | 'purpose' | 'reasonHash'>

/** The terms under today's config; `undefined` if the target knows no account for the subject. */
export function termsOf(asked: Asked, entitlement: Entitlement, rule: Rule): Terms | undefined {
  return termsUnder(asked, entitlement, {
    rule: rule.name,
    approvers: approverTerms(rule),
    quorum: rule.quorum,
    ...(rule.needs.length > 0 ? { needs: rule.needs.map(({ from, atLeast }) => ({ from: from.name, atLeast })) } : {}),
  })
}

/** The same where the glass is broken: nobody is asked. */
export function glassTermsOf(asked: Asked, entitlement: Entitlement, { name }: BreakGlassRule): Terms | undefined {
  return termsUnder(asked, entitlement, { rule: name, approvers: [], quorum: 0, glass: true })
}

type Under = Pick<Terms, 'rule' | 'approvers' | 'quorum' | 'needs' | 'glass'>

function termsUnder(asked: Asked, entitlement: Entitlement, under: Under): Terms | undefined {
  const account = accountOf(asked.subject, entitlement.target.account)
  if (account === undefined) return undefined
  const { request, requester, subject, ttlMs, purpose, reasonHash } = asked
  return {
    request,
    requester,
    subject,
    entitlement: entitlement.id,
    target: entitlement.target.name,
    account,
    access: entitlement.access,
    ttlMs,
    purpose,
    reasonHash,
    ...under,
  }
}

function approverTerms(rule: Rule): ApproverTerms[] {
  const deciding = rule.escalate.filter((step) => step.decide)
  const steps = [{ afterMs: 0, to: rule.approvers }, ...deciding]
  return rule.approval === 'none' ? [] : steps.map(({ afterMs, to }) => ({ afterMs, groups: to.map(groupTerms) }))
}

/** A group as it stands in the config. */
export function groupTerms({ name, source }: Group): GroupTerms {
  switch (source.kind) {
    case 'members':
      return { name, members: [...source.members].sort(), usergroup: null }
    case 'usergroup':
      return { name, members: null, usergroup: source.id }
    case 'schedule':
      return { name, members: null, usergroup: null, schedule: source.schedule }
  }
}
