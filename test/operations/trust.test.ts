import { describe, expect, it } from 'vitest'
import type { Freeze } from '../../src/core/freeze.ts'
import { grantIdOf, type RequestId } from '../../src/core/ids.ts'
import type { Policy } from '../../src/core/policy.ts'
import { refuse } from '../../src/core/result.ts'
import type { Store } from '../../src/core/store.ts'
import { approve } from '../../src/operations/approve.ts'
import { disown } from '../../src/operations/disown.ts'
import { looksWrong } from '../../src/operations/looks-wrong.ts'
import { submit } from '../../src/operations/submit.ts'
import { unfreeze } from '../../src/operations/unfreeze.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule, makeUsergroup } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'

const world = useWorlds()

const ENTITLEMENTS = ['orders-read', 'orders-write']

function policyWith(change: Parameters<typeof makeRule>[0]): Policy {
  const rule = makeRule(change)
  return makePolicy({
    entitlements: new Map(ENTITLEMENTS.map((id) => [id, makeEntitlement({ id, access: { role: id }, rules: [rule] })])),
  })
}

const twoLeads = () => policyWith({ quorum: 2, approvers: [makeGroup('leads', ['U0LEE', 'U0KIM', 'U0DEE'])] })

async function asked(town: World, by = 'U0ANN', entitlement = 'orders-read'): Promise<RequestId> {
  const answer = await town.asks(by, undefined, undefined, entitlement)
  return (/R-\w{6}/.exec(answer)?.[0] ?? answer) as RequestId
}

const looks = async (town: World, by: string, id: RequestId) => {
  const press = await town.press(by, id)
  return town.answerTo((inbox) => looksWrong(town.deps, { ...press, inbox }))
}

const notMe = async (town: World, by: string, id: RequestId) => {
  const copies = await town.store.copiesOf(id)
  const copy = copies.find(({ audience, destination }) => audience === 'receipt' && destination === by)
  const press = {
    ...(await town.press(by, id)),
    copy: copy?.id ?? '',
    channel: copy?.channel ?? 'D0',
    ts: copy?.ts ?? '1',
  }
  return town.answerTo((inbox) => disown(town.deps, { ...press, inbox }))
}

const lifts = (town: World, whom: string) =>
  town.answerTo((inbox) => unfreeze(town.deps, { by: 'U0SAM', inbox, whom, reason: 'talked to them' }))

const state = async (town: World, id: RequestId) => (await town.store.request(id))?.state

const saidTo = (town: World, person: string) =>
  town.delivered.flatMap((effect) => (effect.kind === 'say' && effect.person === person ? [effect.sentence] : []))

describe('looks wrong', () => {
  it('denies what waits, freezes the requester, and calls security', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    expect(await looks(town, 'U0LEE', id)).toContain('security was told')
    await town.passes(0)
    expect(await town.store.request(id)).toMatchObject({ state: 'denied', looksWrong: true, note: '', by: 'U0LEE' })
    expect(await town.store.freezes(['ann@example.com'])).toMatchObject([
      { by: 'U0LEE', why: 'looks-wrong', request: id },
    ])
    expect(await town.store.freezes(['U0ANN'])).toHaveLength(1)
    expect(saidTo(town, 'C0SECURITY').join()).toMatch(/R-\w{6} looked wrong .*unfreeze @PERSON/)
    expect(saidTo(town, 'C0SECURITY').join()).not.toMatch(/U0LEE|lee/)
    expect(await town.events()).toEqual(expect.arrayContaining(['request.denied', 'person.frozen']))
  })

  it('keeps the requester’s other requests from being approved, and new ones from being opened, until it is lifted', async () => {
    const town = await world({ policy: policyWith({}) })
    const [first, second] = [await asked(town), await asked(town, 'U0ANN', 'orders-write')]
    await looks(town, 'U0LEE', first)
    expect(await town.approves('U0KIM', second)).toContain('security has to look at something first')
    expect(await state(town, second)).toBe('pending')
    expect(await asked(town, 'U0ANN', 'orders-read')).toContain('You cannot be given access just now')
    expect(await lifts(town, 'U0ANN')).toContain('can be given access again')
    expect(await town.approves('U0KIM', second)).toMatch(/^Approved/)
  })

  it('keeps a first of two voices from being recorded while the requester is frozen', async () => {
    const town = await world({ policy: twoLeads() })
    const [first, second] = [await asked(town), await asked(town, 'U0ANN', 'orders-write')]
    await looks(town, 'U0LEE', first)
    expect(await town.approves('U0KIM', second)).toContain('security has to look')
    expect((await town.store.request(second))?.approvals).toEqual([])
  })

  it('takes away what was given, and names nobody in what people read', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await town.passes(0)
    expect(await looks(town, 'U0KIM', id)).toContain('is being taken away')
    await town.passes(0)
    expect(await town.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'revoked-by', by: 'unnamed' })
    expect(town.target.held.size).toBe(0)
    const events = await town.store.events({ limit: 99 })
    expect(events.find(({ name }) => name === 'grant.revoke-begun')).toMatchObject({
      actor: 'U0KIM',
      detail: { looksWrong: true },
    })
    expect(await town.store.freezes(['U0ANN'])).toHaveLength(1)
  })

  it('needs no more than Deny: a look-up that fails falls back, a stranger learns nothing, and no requester', async () => {
    const approvers = [makeUsergroup('paged', 'S0PAGED')]
    const town = await world({ policy: policyWith({ approvers }) })
    town.people.usergroups.set('S0PAGED', { ok: true, value: ['U0LEE', 'U0KIM'] })
    const id = await asked(town)
    for (const stranger of ['U0BEN', 'U0ANN']) {
      expect(await looks(town, stranger, id)).not.toContain('security was told')
      expect(await state(town, id)).toBe('pending')
    }
    expect(await town.store.freezes()).toEqual([])
    expect(await looks(town, 'U0LEE', id)).toContain('is denied')
  })

  it('freezes nobody where nothing is left to stop', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.denies('U0LEE', id)
    expect(await looks(town, 'U0KIM', id)).toContain('denied already')
    expect(await town.store.freezes()).toEqual([])
  })
})

describe('that was not me', () => {
  it('sends each approver a receipt', async () => {
    const town = await world({ policy: twoLeads() })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await town.approves('U0KIM', id)
    const receipts = (await town.store.copiesOf(id)).filter(({ audience }) => audience === 'receipt')
    expect(receipts.map(({ destination }) => destination)).toEqual(['U0LEE', 'U0KIM'])
    await town.passes(0)
    const drawn = town.delivered.flatMap((effect) => (effect.kind === 'draw' ? [effect.copy] : []))
    expect(drawn).toEqual(expect.arrayContaining(receipts.map(({ id: copy }) => copy)))
  })

  it('takes away at once what the approval led to, calls security, and tells the requester', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await town.passes(0)
    expect(town.target.held.size).toBe(1)
    expect(await notMe(town, 'U0LEE', id)).toContain('is being taken away')
    await town.passes(0)
    expect(town.target.held.size).toBe(0)
    expect(await town.grantOf(id)).toMatchObject({ state: 'revoked', cause: 'revoked-by', by: 'U0LEE' })
    expect(saidTo(town, 'C0SECURITY').join()).toContain('says that the approval')
    expect(saidTo(town, 'U0ANN').join()).toContain('was not real')
    expect(await town.events()).toEqual(expect.arrayContaining(['approval.disowned', 'person.frozen']))
  })

  it('cancels what still waits for another voice, and does not freeze the requester, who may ask again', async () => {
    const town = await world({ policy: twoLeads() })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    expect(await notMe(town, 'U0LEE', id)).toContain(`${id} is cancelled`)
    expect(await town.store.request(id)).toMatchObject({ state: 'cancelled', why: 'disowned' })
    expect(await town.approves('U0KIM', id)).toContain('an approval in it was not real')
    expect(await asked(town)).toMatch(/^R-/)
  })

  it('makes nothing count that the account agreed to, before or after, until security lifts it', async () => {
    const town = await world({ policy: twoLeads() })
    const [first, second] = [await asked(town), await asked(town, 'U0ANN', 'orders-write')]
    await town.approves('U0LEE', first)
    await town.approves('U0LEE', second)
    await notMe(town, 'U0LEE', first)
    const third = await asked(town, 'U0BEN')
    expect(await town.approves('U0LEE', third)).toContain('security has to look')
    expect(await town.approves('U0KIM', second)).toBe('Recorded: 1 of 2 approvals under one-lead.')
    expect(await state(town, second)).toBe('pending')
    expect(await town.approves('U0DEE', second)).toMatch(/^Approved/)
  })

  it('is for nobody but whoever the approval names, whatever Slack says of him', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    for (const other of ['U0KIM', 'U0ANN', 'U0BEN', 'U0SAM']) {
      const press = await town.press('U0LEE', id, 'receipt')
      const answer = await town.answerTo((inbox) => disown(town.deps, { ...press, by: other, inbox }))
      expect(answer).toContain('There is no approval of yours')
    }
    expect(await town.grantOf(id)).toMatchObject({ state: 'granting' })
    town.people.persons.set('U0LEE', refuse('look-up-failed', 'Slack is down.'))
    expect(await notMe(town, 'U0LEE', id)).toContain('Security was told')
    expect((await town.grantOf(id))?.state).toMatch(/^revok/)
  })

  it('counts on the receipt only, not on the approvers’ card', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    const press = await town.press('U0LEE', id)
    expect(await town.answerTo((inbox) => disown(town.deps, { ...press, inbox }))).toContain('not a card of this bot')
  })

  it('pressed twice is harmless, also after security has lifted the freeze', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await notMe(town, 'U0LEE', id)
    expect(await notMe(town, 'U0LEE', id)).toContain('You said so already')
    await lifts(town, 'U0LEE')
    expect(await notMe(town, 'U0LEE', id)).toContain('You said so already')
    expect(await town.store.freezes()).toEqual([])
    expect((await town.events()).filter((name) => name === 'approval.disowned')).toHaveLength(1)
  })

  it('calls security also when the access is over', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await town.passes(20 * MINUTE)
    expect(await notMe(town, 'U0LEE', id)).toContain('gone already')
    expect(await town.store.freezes(['U0LEE'])).toHaveLength(1)
  })

  it('takes away the longer time, too, that was given on top of it', async () => {
    const town = await world({ policy: policyWith({}) })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    await town.passes(MINUTE)
    await town.extends('U0ANN', id, 30 * MINUTE)
    const more = await town.newest()
    await town.approves('U0KIM', more)
    await town.passes(0)
    expect((await town.grantOf(id))?.state).toBe('revoked')
    await notMe(town, 'U0LEE', id)
    await town.passes(0)
    expect((await town.store.grant(grantIdOf(more)))?.state).toBe('revoked')
    expect(town.target.held.size).toBe(0)
  })
})

describe('a freeze that comes between reading and writing', () => {
  /** Somebody is frozen just before what follows is stored. */
  function withFreeze(town: World, freezes: readonly Freeze[]): Store {
    let waiting = freezes
    const commit: Store['commit'] = async (change) => {
      const now = waiting
      waiting = []
      if (now.length > 0) await town.store.commit({ freezes: now })
      return town.store.commit(change)
    }
    return new Proxy(town.store, { get: (of, name) => (name === 'commit' ? commit : Reflect.get(of, name)) })
  }

  async function frozenMeanwhile(town: World, key: string, by: string, id: RequestId): Promise<string> {
    const store = withFreeze(town, [{ at: town.time.now, by: 'system', why: 'disowned', request: null, key }])
    const press = await town.press(by, id)
    return town.answerTo((inbox) => approve({ ...town.deps, store }, { ...press, inbox }))
  }

  it.each([
    ['the requester', 'ann@example.com', 'security has to look at something first'],
    ['the approver', 'U0KIM', 'security has to look at something first'],
    ['who approved before', 'lee@example.com', 'Recorded: 1 of 2'],
  ])('%s: nothing is given', async (_, key, answer) => {
    const town = await world({ policy: twoLeads() })
    const id = await asked(town)
    await town.approves('U0LEE', id)
    expect(await frozenMeanwhile(town, key, 'U0KIM', id)).toContain(answer)
    expect(await state(town, id)).toBe('pending')
    expect(await town.grantOf(id)).toBeUndefined()
  })

  it('whoever asks: nothing is opened', async () => {
    const town = await world({ policy: twoLeads() })
    const facts = { at: town.time.now, by: 'system', why: 'looks-wrong', request: null } as const
    const store = withFreeze(town, [{ ...facts, key: 'U0ANN' }])
    const asks = { by: 'U0ANN', entitlement: 'orders-read', ttlMs: undefined, words: 'INC-42 replica lag' }
    const answer = await town.answerTo((inbox) => submit({ ...town.deps, store }, { ...asks, inbox }))
    expect(answer).toContain('You cannot be given access just now')
    expect(await town.store.requests({ limit: 1 })).toEqual([])
  })
})
