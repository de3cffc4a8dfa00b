import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Payload } from '../../src/workspace/payloads.ts'
import {
  at,
  FIELDS,
  itCountsOnlyTheUntouched,
  itCountsOnlyTheUntouchedOnHome,
  mutated,
  mutation,
  sendAll,
  startHomePress,
} from './forged-presses.ts'
import { changed, configOf, startTown, until } from './town.ts'

describe('forged or swapped button value', () => {
  itCountsOnlyTheUntouched(1_000)
  itCountsOnlyTheUntouchedOnHome(1_000)

  it('the other fields of a press say nothing: with each of them changed it is still the press of the one who signed for it', async () => {
    const town = await startTown()
    const first = await town.asks(town.ann)
    const { message: _, ...payload } = town.lee.payloadOf('approve', first.card)
    const others = ['message.text', ...leavesOf(payload).filter((path) => !FIELDS.includes(path as never))]
    expect(others.length).toBeGreaterThan(15)
    await town.ann.types(`/breakglass cancel ${first.id}`)
    for (const path of others) {
      const { id, card } = await town.asks(town.ann, `orders-read INC-42 ${path}`)
      const valid = town.lee.payloadOf('approve', card)
      await town.workspace.delivers(changed(valid, { [path]: `${at(valid, path)}x` }))
      await town.delivers(valid) // that one counts in any case
      const approvals = await town.look(async (store) => (await store.request(id))?.approvals)
      expect([path, approvals?.map(({ by }) => by)]).toEqual([path, ['U0LEE']])
      const grants = (await town.grants()).filter(({ request }) => request === id)
      expect(grants).toMatchObject([{ subject: 'ann@example.com', account: 'ann', access: { role: 'r' } }])
      await town.ann.types(`/breakglass end ${id}`)
      await town.ann.waitsFor(`Ending G-${id.slice(2)}`)
    }
  })

  it('parts of one card swapped into another, all 30 ways: only what belongs together counts', async () => {
    const entitlements = `
  orders-read: { title: Read, target: orders-db, access: { role: r }, rules: [usual] }
  orders-write: { title: Write, target: orders-db, access: { role: w }, rules: [usual] }`
    const town = await startTown({ config: configOf({ entitlements }) })
    const mine = await town.asks(town.ann, 'orders-read INC-1 first')
    const other = await town.asks(town.ann, 'orders-write INC-2 second')
    const [one, two] = [mine, other].map(({ card }) => partsOf(town.lee.payloadOf('approve', card)))
    if (!one || !two) throw new Error('no cards')
    const whole = 0b11111
    for (let mask = 1; mask < whole; mask += 1) {
      const parts = one.parts.map((part, index) => (mask & (1 << index) ? two.parts[index] : part))
      const sameMessage = one.parts[4] === two.parts[4] // the channel is one: what remains is a valid press then
      const meant = parts.slice(0, 4)
      if (sameMessage && [one, two].some((card) => card.parts.slice(0, 4).every((part, i) => part === meant[i])))
        continue
      const [request, copy, digest, ts, channel] = parts
      const payload = changed(one.payload, {
        'actions.0.value': `${request}.${copy}.${digest}`,
        'container.message_ts': ts,
        'container.channel_id': channel,
      })
      await town.workspace.delivers(payload)
    }
    await until(async () => (await town.look((store) => store.unanswered())).length === 0)
    expect([await town.state(mine.id), await town.state(other.id)]).toEqual(['pending', 'pending'])
    await town.delivers(two.payload)
    expect([await town.state(mine.id), await town.state(other.id)]).toEqual(['pending', 'approved'])
  })

  it('72 values of another shape (objects, arrays, numbers, null, 100 kB): nothing counts, and the bot lives', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const valid = town.lee.payloadOf('approve', card)
    const shapes: unknown[] = [null, 0, true, [], {}, [at(valid, 'actions.0.value')], 'x'.repeat(100_000), '__proto__']
    const fields = [
      ...FIELDS,
      'actions.0',
      'actions',
      'container',
      'user',
      'team',
      'response_url',
      'trigger_id',
      'type',
    ]
    const payloads = fields.flatMap((field) => shapes.map((shape) => changed(valid, { [field]: shape })))
    const harmless = ['team', 'response_url', 'trigger_id', 'type'] // not part of what is agreed to, nor of who agrees
    const forged = payloads.filter((_, index) => !harmless.includes(fields[Math.floor(index / shapes.length)] ?? ''))
    await sendAll(forged, (payload) => town.workspace.delivers(payload))
    await until(async () => (await town.look((store) => store.unanswered())).length === 0)
    expect(await town.state(id)).toBe('pending')
    await town.delivers(valid)
    expect(await town.state(id)).toBe('approved')
  })

  it('whose button is the requester’s own, renamed to approve: does not count', async () => {
    const town = await startTown()
    const { id } = await town.asks(town.ann)
    const own = await town.ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'cancel'))
    const press = changed(town.ann.payloadOf('cancel', own), { 'actions.0.action_id': 'approve' })
    await town.delivers(press)
    await town.delivers(changed(press, { 'user.id': 'U0LEE' }))
    expect(await town.state(id)).toBe('pending')
  })

  it.each(['card', 'Home'] as const)(
    'a mutated deny form decides nothing: 200 submissions, opened from a %s',
    async (where) => {
      const town = await startTown()
      const { id, card } = where === 'Home' ? await startHomePress(town) : await town.asks(town.ann)
      if (where === 'Home') await town.lee.presses('deny', town.lee.home!, { blockId: `waiting ${id}` })
      else await town.lee.presses('deny', card)
      await town.lee.waitsForModal()
      const { delivery } = await town.lee.submits({ reason: 'the one that counts' })
      if (!delivery) throw new Error('nothing was delivered')
      const second = await town.asks(town.ann, 'orders-read deployment INC-2 once more')
      const metadata = at(delivery.payload, 'view.private_metadata').replace(id, second.id)
      const forged = fc
        .sample(mutation, { numRuns: 200, seed: 11 })
        .map((change) => changed(delivery.payload, { 'view.private_metadata': mutated(metadata, change) }))
      await sendAll(forged, (payload) => town.workspace.delivers(payload))
      await until(async () => (await town.look((store) => store.unanswered())).length === 0)
      expect(await town.state(id)).toBe('denied')
      expect(await town.state(second.id)).toBe('pending')
    },
  )
})

/** Paths of everything in a payload that is no object: `actions.0.value`. */
function leavesOf(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [path.join('.')]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

function partsOf(payload: Payload) {
  const [request, copy, digest] = at(payload, 'actions.0.value').split('.')
  const [ts, channel] = [at(payload, 'container.message_ts'), at(payload, 'container.channel_id')]
  return { payload, parts: [request, copy, digest, ts, channel] }
}

describe('somebody else’s card that looks like ours', () => {
  it('a press from an unrecorded message, another channel, a thread or a DM does not count; ours does', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const valid = town.lee.payloadOf('approve', card)
    const elsewhere = [
      { 'container.message_ts': '1795000000.000001' },
      { 'container.channel_id': 'C0SECURITY' },
      { 'container.channel_id': town.lee.dm.id },
      { 'container.channel_id': town.lee.dm.id, 'container.message_ts': '1795000000.000001' },
      { 'container.message_ts': '' },
      { container: { type: 'view', view_id: 'V1' } },
    ]
    for (const change of elsewhere) {
      await town.delivers(changed(valid, change))
      expect(await town.state(id)).toBe('pending')
    }
    await town.lee.waitsFor('That is not a card of this bot', { in: town.requests })
    await town.delivers(valid)
    expect(await town.state(id)).toBe('approved')
  })

  it('Home’s button on a message, and a card’s button on Home: neither counts; what is Home is said by Slack alone', async () => {
    const town = await startTown()
    const { id, card, valid } = await startHomePress(town)
    const onCard = town.lee.payloadOf('approve', card)
    const [ofHome, ofCard] = [at(valid, 'actions.0.value'), at(onCard, 'actions.0.value')]
    const own = await town.ann.waitsFor(({ buttons }) => buttons.some(({ actionId }) => actionId === 'cancel'))
    const ofRequester = at(town.ann.payloadOf('cancel', own), 'actions.0.value')
    const { view: _, ...noView } = valid as Payload & { view: unknown }
    const forged = [
      changed(onCard, { 'actions.0.value': ofHome }),
      changed(valid, { 'actions.0.value': ofCard }),
      changed(valid, { 'actions.0.value': ofRequester }),
      changed(valid, { 'actions.0.value': ofHome.replace(/[0-9a-f]{64}$/, 'd'.repeat(64)) }),
      changed(valid, { 'view.type': 'modal' }),
      changed(valid, { container: { type: 'message', message_ts: card.ts, channel_id: card.channel } }),
      changed(onCard, { 'actions.0.value': ofHome, view: { type: 'home', private_metadata: '' } }),
      changed(onCard, { 'actions.0.value': ofHome, 'container.type': 'view', view: { type: 'home' } }),
      { ...noView },
      { ...noView, home: true },
    ]
    for (const payload of forged) {
      await town.delivers(payload)
      expect([at(payload, 'actions.0.value'), await town.state(id)]).toEqual([expect.any(String), 'pending'])
    }
    await town.lee.waitsFor('That is not a card of this bot')
    for (const stranger of ['U0BEN', 'U0ANN', 'U0EVE']) {
      await town.delivers(changed(valid, { 'user.id': stranger }))
      expect(await town.state(id)).toBe('pending')
    }
    await town.delivers(valid)
    expect(await town.state(id)).toBe('approved')
  })

  it('a copy in a DM cannot be pressed from the message of another approver’s copy', async () => {
    const town = await startTown({ config: configOf({ channel: null }) })
    await town.ann.types('/breakglass orders-read INC-42 replica lag')
    const [lees, kims] = await Promise.all([town.lee.waitsFor('INC-42'), town.kim.waitsFor('INC-42')])
    await until(() => town.look(async (store) => (await store.dueLanes(Date.now() + 1)).length === 0))
    const own = town.lee.payloadOf('approve', lees)
    const others = town.kim.payloadOf('approve', kims)
    const value = at(others, 'actions.0.value')
    await town.delivers(changed(own, { 'actions.0.value': value }))
    expect((await town.look((store) => store.requests({ limit: 1 })))[0]?.state).toBe('pending')
    await town.delivers(own)
    expect((await town.look((store) => store.requests({ limit: 1 })))[0]?.state).toBe('approved')
  })

  it('once the first press on a card whose posting was never recorded has recorded it, no other message counts', async () => {
    const town = await startTown()
    town.workspace.fails('chat.postMessage', { kind: 'reset', applied: true, times: 9, when: toRequests })
    const { id, card } = await town.asks(town.ann)
    const valid = town.lee.payloadOf('approve', card)
    await town.delivers(changed(valid, { 'container.channel_id': 'C0SECURITY' }))
    expect(await town.state(id)).toBe('pending')
    await town.delivers(valid)
    expect(await town.state(id)).toBe('approved')
    await town.delivers(changed(valid, { 'container.message_ts': '1795000000.000001' }))
    const [copy] = await town.look((store) => store.copiesOf(id))
    expect(copy).toMatchObject({ channel: card.channel, ts: card.ts })
  })
})

function toRequests(args: Readonly<Record<string, unknown>>): boolean {
  return args.channel === 'C0REQUESTS'
}
