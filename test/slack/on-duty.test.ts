import { describe, expect, it } from 'vitest'
import { approvalCard } from '../../src/slack/views/approval-card.ts'
import { MINUTE, makeGroup, makeRequest, makeRule, makeSchedule, NIGHT } from '../support/make.ts'

/** The text of the approvers' card of Ann's request to whoever is on call. */
function cardOf(onCall: readonly string[] | undefined, change: { schedule?: string; readAt?: number } = {}): string {
  const oncall = makeSchedule('oncall', change.schedule ?? 'pagerduty PX12345')
  const rule = makeRule({ approvers: [oncall, makeGroup('leads', ['U0KIM'])] })
  const request = {
    ...makeRequest({ rule, membership: onCall ? { oncall: onCall } : {} }),
    knownAt: onCall ? { oncall: change.readAt ?? NIGHT - 2 * MINUTE } : {},
  }
  const view = { request, grant: undefined, copy: 'c1', title: undefined, notice: undefined, now: NIGHT }
  return approvalCard(view).text
}

describe('the card for whoever is on call', () => {
  it('calls who was on call, and says when that was known', () => {
    expect(cardOf(['U0LEE'])).toContain(
      '<@U0KIM>, oncall (PagerDuty): <@U0LEE> as of <!date^1795316280^{date_short_pretty} {time}|22 Nov 02:58 UTC>: please decide.',
    )
  })

  it.each([
    ['opsgenie night', 'oncall (Opsgenie): <@U0LEE>'],
    ['http oncall.example.com b084f664', 'oncall (on call): <@U0LEE>'],
  ])('says where that stands: %s', (schedule, words) => expect(cardOf(['U0LEE'], { schedule })).toContain(words))

  it('never calls the requester', () => {
    expect(cardOf(['U0ANN'])).toContain('oncall (PagerDuty): nobody else as of')
    expect(cardOf(['U0ANN', 'U0LEE'])).toContain('oncall (PagerDuty): <@U0LEE> as of')
  })

  it('calls more than five by the name of their group', () => {
    const many = Array.from({ length: 6 }, (_, index) => `U0P${index}`)
    expect(cardOf(many)).toContain('<@U0KIM>, oncall (PagerDuty): please decide')
  })

  it('says so where the schedule did not answer', () => {
    expect(cardOf(undefined)).toContain('<@U0KIM>, oncall (PagerDuty) does not answer: please decide')
  })
})
