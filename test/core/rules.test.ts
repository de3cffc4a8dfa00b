import { describe, expect, it } from 'vitest'
import { checkReason, chooseRule, chooseTtl } from '../../src/core/rule-choice.ts'
import { MINUTE, makeEntitlement, makeGroup, makeRule } from '../support/make.ts'

const auto = makeRule({
  name: 'oncall-auto',
  requesters: [makeGroup('oncall', [])],
  approval: 'none',
  approvers: [],
  quorum: 0,
  limit: { uses: 3, perMs: 24 * 60 * MINUTE },
  purposes: ['incident'],
})
const oneLead = makeRule()
const entitlement = makeEntitlement({ rules: [auto, oneLead] })
const standing = (groups: string[], used = 0) => ({ memberOf: new Set(groups), uses: new Map([['oncall-auto', used]]) })

describe('the rule a request falls under', () => {
  it('is the first that fits', () => {
    const choice = chooseRule(entitlement, { words: 'INC-42 lag' }, standing(['oncall', 'engineers']))
    expect(choice).toMatchObject({
      ok: true,
      value: { rule: { name: 'oncall-auto' }, purpose: 'incident', passedOver: [] },
    })
  })

  it('passes over a rule of other requesters, and says so', () => {
    const choice = chooseRule(entitlement, { words: 'INC-42 lag' }, standing(['engineers']))
    expect(choice).toMatchObject({
      ok: true,
      value: { rule: { name: 'one-lead' }, passedOver: ['oncall-auto: it is for oncall'] },
    })
  })

  it('passes over a rule whose limit is used up', () => {
    const choice = chooseRule(entitlement, { words: 'INC-42 lag' }, standing(['oncall', 'engineers'], 3))
    expect(choice).toMatchObject({ value: { rule: { name: 'one-lead' } } })
    expect(choice.ok && choice.value.passedOver[0]).toContain('used 3 times in the last 1d')
  })

  it('passes over a rule that is not for the purpose', () => {
    const choice = chooseRule(entitlement, { words: 'deployment of the fix' }, standing(['oncall', 'engineers']))
    expect(choice).toMatchObject({ value: { rule: { name: 'one-lead' }, purpose: 'deployment', reason: 'of the fix' } })
  })

  it('reads a word as purpose only if it stands in the list of a rule that the person may use', () => {
    const choice = chooseRule(entitlement, { words: 'deployment of the fix' }, standing(['oncall']))
    expect(choice).toMatchObject({ value: { purpose: 'incident', reason: 'deployment of the fix' } })
    const almost = chooseRule(entitlement, { words: 'Deployment of the fix' }, standing(['engineers']))
    expect(almost).toMatchObject({ value: { purpose: 'incident', reason: 'Deployment of the fix' } })
  })

  it('takes the purpose of the form as it is, and leaves the reason whole', () => {
    const why = { purpose: 'deployment', words: 'incident at the gate' }
    const choice = chooseRule(entitlement, why, standing(['oncall', 'engineers']))
    expect(choice).toMatchObject({
      value: { rule: { name: 'one-lead' }, purpose: 'deployment', reason: 'incident at the gate' },
    })
  })

  it('says of every rule why it does not fit', () => {
    const choice = chooseRule(entitlement, { words: 'INC-42' }, standing([]))
    expect(choice).toMatchObject({ ok: false, refusal: { code: 'no-rule' } })
    expect(!choice.ok && choice.refusal.sentence).toContain(
      'oncall-auto: it is for oncall; one-lead: it is for engineers',
    )
  })

  it('needs a purpose where it has no default', () => {
    const rules = [makeRule({ defaultPurpose: undefined })]
    const choice = chooseRule(makeEntitlement({ rules }), { words: 'INC-42 lag' }, standing(['engineers']))
    expect(choice).toMatchObject({ ok: false, refusal: { code: 'no-purpose' } })
  })
})

describe('the length of access', () => {
  it('is the rule’s default if none is typed', () =>
    expect(chooseTtl(oneLead, undefined)).toEqual({ ok: true, value: 15 * MINUTE }))

  it.each([MINUTE, 30 * MINUTE])('may be at the bounds: %d', (ms) =>
    expect(chooseTtl(oneLead, ms)).toEqual({ ok: true, value: ms }),
  )

  it.each([0, -1, MINUTE - 1, 30 * MINUTE + 1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 90_000.5])(
    'is refused beyond them: %d',
    (ms) => expect(chooseTtl(oneLead, ms)).toMatchObject({ ok: false, refusal: { code: 'ttl' } }),
  )
})

describe('the reason', () => {
  const rule = makeRule({
    reason: {
      minLength: 10,
      hint: 'Name the incident',
      pattern: { source: 'INC-[0-9]+', found: (text) => /INC-[0-9]+/.test(text) },
    },
  })

  it('must be long enough, with the hint in the answer', () => {
    expect(checkReason(rule, 'INC-42')).toMatchObject({ refusal: { code: 'reason-short' } })
    const short = checkReason(rule, 'INC-42')
    expect(!short.ok && short.refusal.sentence).toContain('Name the incident')
  })

  it('must have what the pattern looks for', () => {
    expect(checkReason(rule, 'the replica lags')).toMatchObject({ refusal: { code: 'reason-pattern' } })
    expect(checkReason(rule, 'lag, see INC-42')).toMatchObject({ ok: true })
  })

  it('is never empty', () => {
    expect(checkReason(makeRule({ reason: { minLength: 0, hint: undefined, pattern: undefined } }), '')).toMatchObject({
      ok: false,
    })
  })
})
