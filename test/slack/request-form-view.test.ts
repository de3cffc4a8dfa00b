import type { InputBlock } from '@slack/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../src/core/duration.ts'
import type { Askable } from '../../src/operations/operations.ts'
import { type Entry, formEntry, lineEntry } from '../../src/slack/request-form/entry.ts'
import { fitEntry } from '../../src/slack/request-form/fit.ts'
import { suggestionsFor, ttlsFor } from '../../src/slack/views/request-choices.ts'
import { closedForm, loadingForm, nothingToAskFor, requestForm } from '../../src/slack/views/request-form.ts'
import { checkView } from '../../src/workspace/blocks/view.ts'
import { MINUTE, makeGroup, makePolicy, makeUsergroup } from '../support/make.ts'
import { makeAskable, makeAskableRule } from './asking.ts'

const HOUR = 60 * MINUTE

const draw = (found: readonly Askable[], entry: Partial<Entry> = {}) =>
  requestForm(found, fitEntry(found, { ...lineEntry({}), ...entry }))

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => makeAskable({ entitlement: `db-${index}`, title: `Database ${index}` }))

interface Drawn {
  readonly hint?: { readonly text: string }
  readonly element: Readonly<Record<string, unknown>>
}

const inputsOf = ({ blocks }: ReturnType<typeof draw>) =>
  blocks.filter((block) => block.type === 'input') as InputBlock[]

const blockOf = (view: ReturnType<typeof draw>, id: string) =>
  inputsOf(view).find((block) => block.block_id === id) as unknown as Drawn

/** That Slack takes the view, and knows no emoji in it. */
function checkForm(view: object): void {
  const checked = checkView(view)
  expect('problems' in checked ? checked.problems : []).toEqual([])
  const json = JSON.stringify(view)
  expect(json.length).toBeLessThan(250_000)
  expect(json.match(/"type":"plain_text"/g)?.length).toBe(json.match(/"emoji":false/g)?.length)
}

describe('the form', () => {
  it('has the ids of the contract, each alike for block and action', () => {
    const view = draw([makeAskable()])
    expect(view.callback_id).toBe('request')
    const inputs = inputsOf(view)
    expect(inputs.map((block) => block.block_id)).toEqual(['entitlement', 'purpose', 'ttl', 'reason'])
    expect(inputs.map((block) => block.element.action_id)).toEqual(['entitlement', 'purpose', 'ttl', 'reason'])
  })

  it.each([
    ['loading', loadingForm()],
    ['closed', closedForm('No.')],
  ])('that is %s has nothing to submit', (_name, view) => {
    checkForm(view)
    expect(view).toMatchObject({ type: 'modal', callback_id: 'request' })
    expect(view.submit).toBeUndefined()
  })

  it.each([1, 2, 100])('lists %d entitlements in a menu', (count) => {
    const view = draw(many(count))
    checkForm(view)
    expect(blockOf(view, 'entitlement').element).toMatchObject({ type: 'static_select' })
    expect(blockOf(view, 'entitlement').element.options).toHaveLength(count)
  })

  it.each([101, 250])('searches among %d, from the first letter', (count) => {
    const view = draw(many(count), { entitlement: 'db-100' })
    checkForm(view)
    expect(blockOf(view, 'entitlement').element).toMatchObject({
      type: 'external_select',
      min_query_length: 0,
      initial_option: { value: 'db-100' },
    })
  })

  it('asks nothing about purpose and length while no entitlement is chosen, and keeps the length that was typed', () => {
    const view = draw(many(2), { ttlMs: 20 * MINUTE, words: 'lag', faults: { ttl: 'No length.' } })
    expect(view.blocks.map((block) => block.block_id)).toEqual(['entitlement', 'reason'])
    expect(blockOf(view, 'entitlement').hint?.text).toBe('⚠ No length.')
    const later = formEntry({ entitlement: 'db-1', reason: 'lag' }, view.private_metadata ?? '')
    expect(blockOf(draw(many(2), later), 'ttl').element).toMatchObject({ initial_option: { value: '20m' } })
  })

  it.each([
    [makeAskableRule(), 'One of leads will be asked and must agree'],
    [makeAskableRule({ quorum: 2, approvers: ['leads', 'directors'] }), '2 different people of leads or directors'],
    [makeAskableRule({ approval: 'none', approvers: [], quorum: 0 }), 'granted at once, without approval'],
  ])('says what will happen', (rule, words) => {
    expect(JSON.stringify(draw([makeAskable({ rules: [rule] })]).blocks.at(-1))).toContain(words)
  })

  it('shows the rule that counts for the purpose', () => {
    const auto = makeAskableRule({ name: 'auto', purposes: ['incident'], approval: 'none', approvers: [], quorum: 0 })
    const lead = makeAskableRule({ purposes: ['incident', 'deployment'], reason: { minLength: 10, hint: 'Name it' } })
    const found = [makeAskable({ rules: [auto, lead] })]
    const [incident, deployment] = ['incident', 'deployment'].map((purpose) => draw(found, { purpose }))
    expect(JSON.stringify(incident)).toContain('granted at once')
    expect(JSON.stringify(deployment)).toContain('must agree')
    expect(blockOf(deployment!, 'reason').hint?.text).toMatch(/^Name it\. At least 10 characters\./)
    expect(blockOf(incident!, 'purpose')).toMatchObject({ dispatch_action: true })
  })

  it('takes the purpose from the front of a line, and from nowhere else', () => {
    const words = 'deployment of the fix'
    for (const [from, purpose, reason] of [
      ['line', 'deployment', 'of the fix'],
      ['earlier', 'incident', words],
      ['form', 'incident', words],
    ] as const) {
      const view = draw([makeAskable()], { from, words })
      expect(blockOf(view, 'purpose').element).toMatchObject({ initial_option: { value: purpose } })
      expect(blockOf(view, 'reason').element).toMatchObject({ initial_value: reason })
    }
  })

  it.each([
    ['ttl', { ttlMs: HOUR }, '1h is not possible here: from 1m to 30m'],
    ['purpose', { purpose: 'fun' }, '“fun” is not possible here'],
    ['entitlement', { entitlement: 'gone' }, 'You cannot ask for gone now'],
  ])('says in place that an earlier %s is not possible any more, and chooses none', (field, earlier, words) => {
    const view = draw([makeAskable()], { from: 'earlier', ...earlier })
    expect(blockOf(view, field).hint?.text).toContain(words)
    expect(blockOf(view, field).element).not.toHaveProperty('initial_option')
  })

  it('gives way to the usual choice where one in the open form is offered no more', () => {
    const view = draw([makeAskable()], { from: 'form', ttlMs: HOUR, purpose: 'fun' })
    expect(blockOf(view, 'ttl').element).toMatchObject({ initial_option: { value: '15m' } })
    expect(blockOf(view, 'purpose').element).toMatchObject({ initial_option: { value: 'incident' } })
  })

  it('shows an instant of a fault as people read it', () => {
    const view = draw([makeAskable()], { faults: { reason: 'Until 2026-11-22T10:31:00Z.' } })
    expect(blockOf(view, 'reason').hint?.text).toBe('⚠ Until 22 Nov 10:31 UTC.')
  })

  it('names security to somebody who may ask for nothing: few by name, many by their group', () => {
    const security = [
      makeGroup('few', ['U0SAM']),
      makeGroup('many', ['U1', 'U2', 'U3', 'U4', 'U5', 'U6']),
      makeUsergroup('sec', 'S0SEC'),
    ]
    const policy = makePolicy()
    const text = nothingToAskFor({ people: { ...policy.people, security } })
    expect(text).toContain('<@U0SAM>, many, <!subteam^S0SEC>')
  })

  it('is taken by Slack whatever is typed and configured, in 2,000 cases', () => {
    const name = fc.stringMatching(/^[a-z0-9-]{1,64}$/)
    const words = (maxLength: number) => fc.string({ unit: 'binary', minLength: 1, maxLength })
    const ms = fc.integer({ min: 1, max: 366 * 86_400 }).map((seconds) => seconds * 1_000)
    const rule = fc
      .record({
        approval: fc.constantFrom('people' as const, 'none' as const),
        approvers: fc.array(name, { maxLength: 30 }),
        quorum: fc.nat(3),
        purposes: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/), { minLength: 1, maxLength: 130 }),
        ttl: fc.tuple(ms, ms, ms).map((all) => all.sort((a, b) => a - b)),
        hint: fc.option(words(150), { nil: undefined }),
        minLength: fc.integer({ min: 1, max: 500 }),
      })
      .map(({ ttl: [minMs = 0, defaultMs = 0, maxMs = 0], hint, minLength, ...rest }) =>
        makeAskableRule({
          ...rest,
          defaultPurpose: rest.purposes[0],
          ttl: { minMs, defaultMs, maxMs },
          reason: { minLength, hint },
        }),
      )
    const askable = fc.record({
      entitlement: name,
      title: words(75),
      target: name,
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
    })
    const entry = fc.record({
      from: fc.constantFrom('line' as const, 'earlier' as const, 'form' as const),
      index: fc.option(fc.nat(5), { nil: undefined }),
      purpose: fc.option(name, { nil: undefined }),
      ttlMs: fc.option(ms, { nil: undefined }),
      words: fc.string({ unit: 'binary', maxLength: 5_000 }),
      faults: fc.dictionary(fc.constantFrom('entitlement', 'purpose', 'ttl', 'reason'), words(2_000)),
    })
    const cases = fc.tuple(
      fc.uniqueArray(askable, { selector: (one) => one.entitlement, minLength: 1, maxLength: 4 }),
      entry,
    )
    fc.assert(
      fc.property(cases, ([found, { index, ...rest }]) => {
        const entitlement = index === undefined ? undefined : (found[index]?.entitlement ?? 'gone')
        const view = draw(found, { ...rest, entitlement })
        checkForm(view)
        expect(view.private_metadata?.length).toBeLessThan(100)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the lengths offered', () => {
  it.each([
    [{ minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 30 * MINUTE }, undefined, [1, 2, 5, 10, 15, 20, 30]],
    [{ minMs: 7 * MINUTE, defaultMs: 9 * MINUTE, maxMs: 16 * MINUTE }, 8 * MINUTE, [7, 8, 9, 10, 15, 16]],
    [{ minMs: MINUTE, defaultMs: MINUTE, maxMs: MINUTE }, undefined, [1]],
  ])('are the rule’s own, round ones between, and the chosen one', (ttl, chosen, minutes) => {
    expect(ttlsFor(makeAskableRule({ ttl }), chosen)).toEqual(minutes.map((one) => one * MINUTE))
  })

  it('are durations, within the bounds, at most 100, each in words', () => {
    const ttl = { minMs: 1_000, defaultMs: 90 * MINUTE, maxMs: 366 * 24 * HOUR }
    const { options = [] } = blockOf(draw([makeAskable({ rules: [makeAskableRule({ ttl })] })]), 'ttl').element as {
      options?: { value: string; text: { text: string } }[]
    }
    expect(options.length).toBeLessThanOrEqual(100)
    expect(options.every(({ value }) => (parseDuration(value) ?? 0) >= 1_000)).toBe(true)
    expect(options.find(({ value }) => value === '1h30m')?.text.text).toBe('1 hour 30 minutes (usual)')
    expect(options.at(-1)?.text.text).toBe('366 days')
  })
})

describe('a search', () => {
  const values = (typed: string, found = many(250)) => {
    const answer = suggestionsFor(found, typed)
    const options = 'options' in answer ? answer.options : answer.option_groups.flatMap((group) => group.options)
    return options.map(({ value }) => value)
  }

  it('finds every entitlement by its id', () => {
    for (const { entitlement } of many(250)) expect(values(entitlement)[0]).toBe(entitlement)
  })

  it('puts the id that was typed first, though more than a hundred others have it in them', () => {
    const others = many(150).map((one) => ({ ...one, entitlement: `all-${one.entitlement}` }))
    expect(values('db', [...others, makeAskable({ entitlement: 'db-x' }), makeAskable({ entitlement: 'db' })])).toEqual(
      ['db', 'db-x', ...others.slice(0, 98).map(({ entitlement }) => entitlement)],
    )
  })

  it('finds by any words of id and title, in any order and case', () => {
    const found = [makeAskable({ entitlement: 'orders-read', title: 'Read the ORDERS database' }), ...many(3)]
    expect(values('  DATABASE orders ', found)).toEqual(['orders-read'])
    expect(values('orders nonsense', found)).toEqual([])
  })

  it('shows the first hundred of more, and says so', () => {
    const answer = suggestionsFor(many(250), '')
    expect(answer).toMatchObject({
      option_groups: [{ label: { text: 'The first 100 of 250: type more of the name' } }],
    })
    expect(values('')).toHaveLength(100)
    expect(suggestionsFor(many(100), '')).toHaveProperty('options')
  })
})
