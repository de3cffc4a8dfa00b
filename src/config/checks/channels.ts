import type { Draft } from '../draft.ts'
import type { Report } from '../report.ts'
import { crowdOf, namesIn } from './crowd.ts'

/** Without a channel a card goes to each approver by direct message, to no more than these. */
const MOST_MESSAGES = 10

/** A rule with many approvers needs a channel for its cards. */
export function checkChannels(draft: Draft, report: Report): void {
  if (!draft.slack || draft.slack.requests_channel) return
  for (const [name, rule] of draft.rules.entries) {
    const approvers = crowdOf(namesIn(rule.approvers), draft)
    if (rule.approval === 'none' || rule.channel || !approvers) continue
    const path = ['rules', name, 'approvers']
    const sentence = `more than ${MOST_MESSAGES} approvers need a channel: set channel here or slack.requests_channel`
    if (approvers.members.length > MOST_MESSAGES) report.fault(path, sentence)
    else if (!approvers.complete) report.finding(path, `${sentence}; how many a Slack user group has is not known here`)
  }
}
