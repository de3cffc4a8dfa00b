import { describe, expect, it } from 'vitest'
import { itDecidesOnlyWhatWasShown } from './edits.ts'
import { type ConfigParts, changed, configOf, startTown, told, until } from './town.ts'

const RULE = '{ requesters: [engineers], approvers: [leads, secteam], default_purpose: incident }'
const one = (text: string) =>
  `  orders-read: { title: Read the orders, target: orders-db, access: { role: r }, ${text} }`

/** Every edit after which the old yes would mean something else. */
const EDITS: readonly (readonly [string, ConfigParts])[] = [
  ['the access is another', { entitlements: one('rules: [usual]').replace('role: r', 'role: superuser') }],
  ['the entitlement is gone', { entitlements: one('rules: [usual]').replace('orders-read', 'orders-other') }],
  ['the account is another', { accounts: '{ map: { ann@example.com: root } }' }],
  ['the target knows him no more', { accounts: '{ map: { ben@example.com: ben } }' }],
  ['the quorum is another', { rule: RULE.replace('}', ', quorum: 2 }') }],
  ['the approvers are others', { rule: RULE.replace('leads, secteam', 'secteam') }],
  ['the approvers are more', { rule: RULE.replace('leads,', 'leads, engineers,') }],
  [
    'an escalation decides, too',
    { rule: RULE.replace('}', ', escalate: [{ after: 5m, to: [engineers], decide: true }] }') },
  ],
  ['nobody has to approve', { rule: '{ requesters: [engineers], approval: none, default_purpose: incident }' }],
]

describe('request, rule or entitlement changed since the card was drawn', () => {
  it.each(EDITS)(
    '%s after a restart: it lapses, the requester is told, the card is redrawn, the old press is refused',
    async (_name, edit) => {
      const town = await startTown({ config: configOf({ rule: RULE }) })
      const { id, card } = await town.asks(town.ann)
      const old = town.lee.payloadOf('approve', card)
      await town.restart(configOf(edit))
      await town.ann.waitsFor(`${id} was closed: the rules for`)
      await town.lee.waitsFor(({ plain, buttons }) => plain.includes('Lapsed') && buttons.length === 0, {
        in: town.requests,
      })
      await town.delivers(old)
      expect(await town.state(id)).toBe('lapsed')
      expect(await town.grants()).toEqual([])
      expect(await town.events()).toContain('request.terms-changed')
    },
  )

  it('nothing that a yes agrees to was changed: the request goes on, on the same card', async () => {
    const town = await startTown({ config: configOf({ rule: RULE }) })
    const { id, card } = await town.asks(town.ann)
    const title = one('rules: [usual]').replace('Read the orders', 'Another title')
    await town.restart(configOf({ entitlements: title, rule: RULE.replace('}', ', lapse: 20m }') }))
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('members of the approving group were changed in the config: it lapses, and whoever was added decides nothing', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const config = configOf().replace('members: [U0LEE, U0KIM]', 'members: [U0LEE, U0KIM, U0EVE]')
    const press = changed(town.lee.payloadOf('approve', card), { 'user.id': 'U0EVE' })
    await town.restart(config)
    await town.delivers(press)
    expect(await town.state(id)).toBe('lapsed')
  })

  it('somebody who may no longer ask under the rule gets nothing, although the request goes on', async () => {
    const town = await startTown({ config: configOf({ rule: RULE }) })
    const { id, card } = await town.asks(town.ann)
    await town.restart(
      configOf({ rule: RULE.replace('[engineers]', '[others]'), groups: '  others: { members: [U0BEN] }' }),
    )
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('may no longer ask', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
  })

  it('a rule that now allows 10 minutes gives no 15: it lapses', async () => {
    const town = await startTown({ config: configOf({ rule: RULE }) })
    const { id, card } = await town.asks(town.ann, 'orders-read 15m INC-42 replica lag')
    const old = town.lee.payloadOf('approve', card)
    await town.restart(configOf({ rule: RULE.replace('}', ', ttl: { default: 5m, max: 10m } }') }))
    await town.delivers(old)
    expect(await town.state(id)).toBe('lapsed')
  })
})

describe('a rule changed while a request waits', () => itDecidesOnlyWhatWasShown(100))

const digits = (count: number) => '9'.repeat(count)

/** What is no length of time, or none that the rule (1m to 30m) allows. */
const BAD_TTLS = [
  '0m',
  '0s',
  '0',
  '0d',
  '00m',
  '1s',
  '59s',
  '31m',
  '30m1s',
  '99999999d',
  '366d',
  '367d',
  '1000000000d',
  '30',
  '15min',
  '15M',
  '15mm',
  '15m15m',
  '15m1h',
  '1.5h',
  '1,5h',
  '15 m',
  '1e3m',
  '0x10m',
  '15m;',
  '15m)',
  '15m\u0000',
  '٣m',
  '٣٠m',
  '１５m',
  '15ｍ',
  '15m\u200b',
  '15\u202em',
  '1_0m',
  '15-m',
  '9007199254740993s',
  `${digits(30)}m`,
  `${digits(2_000)}s`,
  '1/2h',
  '10:00',
  '2026-11-22',
  '15m-5m',
  '5..10m',
] as const

/** Signs, words and fractions that a person means as a length all the same. */
const MEANT_AS_TTL = ['-5m', '+5m', '−5m', '.5h'] as const

describe('TTL: negative, huge, NaN, “30”, changed in the payload', () => {
  const rule = RULE.replace('}', ', ttl: { min: 1m, default: 15m, max: 30m } }')

  it(`${BAD_TTLS.length} lengths that are none through the real command line: a sentence about the length, nothing opened`, async () => {
    const town = await startTown({ config: configOf({ rule }) })
    for (const [index, ttl] of BAD_TTLS.entries()) {
      const said = await told(town, `orders-read ${ttl} INC-${index} replica lag`)
      expect([ttl, said]).toEqual([ttl, expect.stringMatching(/\blength\b/)])
    }
    expect(await town.look((store) => store.requests({ limit: 99 }))).toEqual([])
  })

  it.each(MEANT_AS_TTL)('%s is no part of the reason: nothing is opened', async (ttl) => {
    const town = await startTown({ config: configOf({ rule }) })
    await told(town, `orders-read ${ttl} INC-42 replica lag`)
    expect(await town.look((store) => store.requests({ limit: 99 }))).toEqual([])
  })

  it('changed in the payload of the form: what is no length within the rule is said at its field, and nothing opened', async () => {
    const town = await startTown({ config: configOf({ rule }) })
    await town.ann.types('/breakglass orders-read')
    await until(() => town.ann.modal?.plain.includes('What do you need?') ?? false)
    const { delivery } = await town.ann.submits({ reason: 'INC-42 replica lag' })
    await town.ann.waitsFor('asked for orders-read')
    if (!delivery) throw new Error('nothing was delivered')
    const [first] = await town.look((store) => store.requests({ limit: 1 }))
    await town.ann.types(`/breakglass cancel ${first?.id}`)
    const chosen = 'view.state.values.ttl.ttl.selected_option'
    const values = [
      ...BAD_TTLS,
      ...MEANT_AS_TTL,
      '',
      'NaN',
      'Infinity',
      '__proto__',
      -900_000,
      900_000,
      null,
      {},
      ['15m'],
    ]
    for (const value of values) {
      const { ack } = await town.workspace.delivers(changed(delivery.payload, { [chosen]: { value } }))
      expect([value, ack]).toMatchObject([value, { body: { response_action: 'errors' } }])
    }
    expect(await town.look((store) => store.requests({ limit: 99 }))).toHaveLength(1)
    await town.delivers(changed(delivery.payload, { [chosen]: { value: '7m' } })) // not in the menu, but within the rule
    const requests = await town.look((store) => store.requests({ states: ['pending'], limit: 99 }))
    expect(requests.map(({ terms }) => terms.ttlMs)).toEqual([420_000])
  })

  it('a word such as NaN or Infinity is a word of the reason, and the rule’s default counts', async () => {
    const town = await startTown({ config: configOf({ rule }) })
    for (const word of ['NaN', 'Infinity', 'undefined']) {
      const { id } = await town.asks(town.ann, `orders-read ${word} in the totals`)
      const request = await town.look((store) => store.request(id))
      expect([request?.terms.ttlMs, request?.reason]).toEqual([900_000, `${word} in the totals`])
      await town.ann.types(`/breakglass cancel ${id}`)
      await town.ann.waitsFor(`Cancelled ${id}`)
    }
  })

  it('at the bounds of the rule it is what was asked for, and the end is that long after approval', async () => {
    const town = await startTown({ config: configOf({ rule }) })
    for (const [ttl, ms] of [
      ['1m', 60_000],
      ['60s', 60_000],
      ['30m', 1_800_000],
      ['29m60s', 1_800_000],
    ] as const) {
      const { id, card } = await town.asks(town.ann, `orders-read ${ttl} INC-42 replica lag`)
      await town.lee.presses('approve', card)
      await until(async () => (await town.state(id)) === 'approved')
      const grant = (await town.grants()).find(({ request }) => request === id)
      expect((grant?.expiresAt ?? 0) - (grant?.createdAt ?? 0)).toBe(ms)
      await town.ann.types(`/breakglass end ${id}`)
      await town.ann.waitsFor(`Ending G-${id.slice(2)}`)
    }
  })

  it('nothing moves the end later: not a press again, not a restart, not a longer rule, not SQL', async () => {
    const town = await startTown({ config: configOf({ rule }) })
    const { id, card } = await town.asks(town.ann, 'orders-read 5m INC-42 replica lag')
    const press = town.lee.payloadOf('approve', card)
    await town.delivers(press)
    const end = (await town.grants())[0]?.expiresAt
    await town.delivers(press)
    await town.delivers(changed(town.kim.payloadOf('deny', card), { 'actions.0.action_id': 'approve' }))
    await town.ann.types('/breakglass orders-read 30m INC-42 more time')
    await town.restart(configOf({ rule: rule.replace('30m', '7d').replace('15m', '2d') }))
    await town.delivers(press)
    const grants = await town.grants()
    expect(grants.map(({ request, expiresAt }) => [request, expiresAt])).toEqual([[id, end]])
    const { default: Database } = await import('better-sqlite3')
    const db = new Database(town.databasePath)
    expect(() => db.prepare('UPDATE grants SET expires_at = expires_at + 1').run()).toThrow(
      'the end of a grant never moves',
    )
    db.close()
  })
})
