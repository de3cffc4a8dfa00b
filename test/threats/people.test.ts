import { describe, expect, it, type TestContext } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import type { Standing } from '../../src/workspace/member.ts'
import type { Payload } from '../../src/workspace/payloads.ts'
import { changed, configOf, startTown, type Town, until } from './town.ts'

/** Whether somebody of this standing counts as a person who may ask, or approve. */
const STANDINGS: readonly (readonly [Standing, boolean])[] = [
  ['member', true],
  ['admin', true],
  ['guest', false],
  ['single-channel guest', false],
  ['stranger', false],
  ['bot', false],
  ['deactivated', false],
  ['invited', false],
  ['unconfirmed', false],
]

/** Everybody of the truth table is in every group of the config: only his standing can refuse him. */
function configWith(ids: readonly string[]): string {
  const list = ids.join(', ')
  return configOf({ groups: `  everybody: { members: [U0ANN, U0LEE, ${list}] }`, rule: everybodyMay })
}

/** As many purposes as people: what was denied waits for its own purpose only. */
const purposes = ['incident', ...STANDINGS.map((_, index) => `p${index}`)]
const everybodyMay = `{ requesters: [everybody], approvers: [everybody], purposes: [${purposes.join(', ')}], default_purpose: incident }`

async function townOfAll(): Promise<{ town: Town; ids: string[] }> {
  const ids = STANDINGS.map(([standing]) => `U0P${standing.replace(/\W/g, '').toUpperCase()}`)
  const town = await startTown({ config: configWith(ids) })
  for (const [index, [standing]] of STANDINGS.entries()) {
    town.workspace.person(`p${standing.replace(/\W/g, '')}`, { standing, id: ids[index] ?? '' })
  }
  return { town, ids }
}

describe('guest, stranger, other workspace, bot, deactivated, invited-only; look-up fails', () => {
  it('9 standings × approve: only full members of this workspace are heard', async () => {
    const { town, ids } = await townOfAll()
    for (const [index, [standing, may]] of STANDINGS.entries()) {
      const { id, card } = await town.asks(town.ann, `orders-read INC-${index} why`)
      await town.delivers(changed(town.lee.payloadOf('approve', card), { 'user.id': ids[index] }))
      expect([standing, await town.state(id)]).toEqual([standing, may ? 'approved' : 'pending'])
      await town.ann.types(`/breakglass cancel ${id}`)
      await town.ann.waitsFor(new RegExp(`Cancelled ${id}|Ending G-${id.slice(2)}`))
    }
  })

  it('9 standings × ask: only full members of this workspace open a request', async () => {
    const { town, ids } = await townOfAll()
    const { delivery } = await town.ann.types('/breakglass mine')
    if (!delivery) throw new Error('nothing was delivered')
    for (const [index, [standing, may]] of STANDINGS.entries()) {
      const before = (await town.look((store) => store.requests({ limit: 99 }))).length
      await town.delivers(changed(delivery.payload, { user_id: ids[index], text: 'orders-read INC-42 replica lag' }))
      const after = (await town.look((store) => store.requests({ limit: 99 }))).length
      expect([standing, after - before]).toEqual([standing, may ? 1 : 0])
    }
  })

  it('9 standings × ask with the form: the same', async () => {
    const { town, ids } = await townOfAll()
    const form = await askedWithForm(town)
    await town.ann.types(`/breakglass cancel ${await newest(town)}`)
    for (const [index, [standing, may]] of STANDINGS.entries()) {
      const before = (await town.look((store) => store.requests({ limit: 99 }))).length
      await town.delivers(changed(form, { 'user.id': ids[index] }))
      const after = (await town.look((store) => store.requests({ limit: 99 }))).length
      expect([standing, after - before]).toEqual([standing, may ? 1 : 0])
    }
  })

  it('9 standings × deny and × revoke: only full members of this workspace are heard', async () => {
    const { town, ids } = await townOfAll()
    const first = await town.asks(town.ann, 'orders-read INC-0 the first')
    await town.lee.presses('deny', first.card)
    await town.lee.waitsForModal()
    const { delivery: form } = await town.lee.submits({ reason: 'not now' })
    const { delivery: command } = await town.lee.types('/breakglass help')
    if (!form || !command) throw new Error('nothing was delivered')
    for (const [index, [standing, may]] of STANDINGS.entries()) {
      const { id, card } = await town.asks(town.ann, `orders-read p${index} INC-${index} why`)
      const { container, actions } = town.lee.payloadOf('approve', card) as Pressed
      const metadata = { value: actions[0]?.value, channel: container.channel_id, ts: container.message_ts }
      const denial = { 'user.id': ids[index], 'view.private_metadata': JSON.stringify(metadata) }
      await town.delivers(changed(form.payload, denial))
      expect([standing, await town.state(id)]).toEqual([standing, may ? 'denied' : 'pending'])
      if (may) continue
      await town.delivers(town.lee.payloadOf('approve', card))
      await town.delivers(changed(command.payload, { user_id: ids[index], text: `revoke ${id} now` }))
      expect([standing, (await grantOf(town, id))?.state]).toEqual([standing, 'granting'])
      await town.delivers(changed(command.payload, { text: `revoke ${id} now` }))
      expect([standing, (await grantOf(town, id))?.state]).toEqual([standing, expect.stringMatching(/^revok(ing|ed)$/)])
    }
  })

  it('a member of another workspace is nobody, whatever team the payload names', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.workspace.admin.changesMember(town.kim, { teamId: 'T0ELSEWHERE' })
    for (const team of [{ id: town.workspace.teamId }, { id: 'T0ELSEWHERE' }, null]) {
      await town.delivers(changed(town.kim.payloadOf('approve', card), { team, 'user.team_id': town.workspace.teamId }))
    }
    expect(await town.state(id)).toBe('pending')
  })

  it.each([
    ['429', { kind: 'rate limited', retryAfter: 120 }],
    ['500', { kind: 'status', status: 500 }],
    ['a broken connection', { kind: 'reset' }],
    ['an error of Slack', { kind: 'error', error: 'internal_error' }],
    ['somebody else', { kind: 'error', error: 'user_not_found' }],
  ] as const)('the look-up of the approver answers %s: refused, nothing changes', async (_name, fault) => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    town.workspace.fails('users.info', { ...fault, when: (args) => args.user === 'U0LEE' })
    await town.delivers(town.lee.payloadOf('approve', card))
    expect(await town.state(id)).toBe('pending')
    expect(await town.grants()).toEqual([])
  })

  it.each([
    ['429', { kind: 'rate limited', retryAfter: 120 }],
    ['500', { kind: 'status', status: 500 }],
    ['a broken connection', { kind: 'reset' }],
    ['somebody else', { kind: 'error', error: 'user_not_found' }],
  ] as const)(
    'the look-up of the requester answers %s at the press: refused, nothing changes',
    async (_name, fault) => {
      const town = await startTown()
      const { id, card } = await town.asks(town.ann)
      town.workspace.fails('users.info', { ...fault, when: (args) => args.user === 'U0ANN' })
      await town.delivers(town.lee.payloadOf('approve', card))
      expect(await town.state(id)).toBe('pending')
    },
  )

  it.each([
    ['429', { kind: 'rate limited', retryAfter: 120 }],
    ['500', { kind: 'status', status: 500 }],
  ] as const)('the look-up of somebody who asks answers %s: nothing is opened', async (_name, fault) => {
    const town = await startTown()
    town.workspace.fails('users.info', { ...fault, when: (args) => args.user === 'U0BEN' })
    await town.ben.types('/breakglass orders-read INC-42 replica lag')
    await town.ben.waitsFor(/Checking with Slack|Slack could not tell/)
    expect(await town.look((store) => store.requests({ limit: 9 }))).toEqual([])
  })

  it('whoever was well a moment ago is asked about again: no cached yes gives access', async () => {
    const town = await startTown()
    const first = await town.asks(town.ann)
    await town.lee.presses('approve', first.card) // Slack has told who lee and ann are
    await until(async () => (await town.state(first.id)) === 'approved')
    const second = await town.asks(town.ben)
    const press = town.lee.payloadOf('approve', second.card)
    const works = town.workspace.fails('users.info', {
      kind: 'status',
      status: 500,
      when: ({ user }) => user === 'U0LEE',
    })
    await town.delivers(press)
    expect(await town.state(second.id)).toBe('pending')
    works()
    Object.assign(town.lee.member, { isDeleted: true }) // and no event tells of it
    await town.delivers(changed(press, { trigger_id: 'another' }))
    expect(await town.state(second.id)).toBe('pending')
  })

  it('an answer about another member, or about nobody, is a failed look-up: refused', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    town.workspace.state.members.delete('U0LEE')
    await town.delivers(changed(town.kim.payloadOf('approve', card), { 'user.id': 'U0LEE' }))
    expect(await town.state(id)).toBe('pending')
  })
})

interface Pressed extends Payload {
  readonly container: { readonly channel_id: string; readonly message_ts: string }
  readonly actions: readonly { readonly value: string }[]
}

const newest = async ({ look }: Town) => (await look((store) => store.requests({ limit: 1 })))[0]?.id
const grantOf = async (town: Town, id: RequestId) => (await town.grants()).find(({ request }) => request === id)

/** Ann asks with the form; gives what Slack sent. */
async function askedWithForm(town: Town): Promise<Payload> {
  await town.ann.types('/breakglass orders-read')
  await until(() => town.ann.modal?.plain.includes('What do you need?') ?? false)
  const { delivery } = await town.ann.submits({ reason: 'INC-42 replica lag' })
  if (!delivery) throw new Error('nothing was delivered')
  await until(async () => (await newest(town)) !== undefined)
  return delivery.payload
}

describe.concurrent('what takes access away needs less', () => {
  it('cancel and end need only the signed requester: with every look-up failing', async ({ onTestFinished }) => {
    const town = await startTown({ onTestFinished })
    const first = await town.asks(town.ann)
    const second = await town.asks(town.ben)
    await town.lee.presses('approve', second.card)
    await until(async () => (await town.grants()).length === 1)
    town.workspace.fails('users.info', { kind: 'status', status: 500 })
    await town.ann.types(`/breakglass cancel ${first.id}`)
    await town.ben.types(`/breakglass end ${second.id}`)
    await town.ann.waitsFor(`Cancelled ${first.id}`)
    await town.ben.waitsFor('Ending G-')
    expect(await town.state(first.id)).toBe('cancelled')
    expect((await town.grants())[0]?.state).toMatch(/revok/)
  })

  it('deny and revoke fall back on the last known answer, and say so in the record; approve does not', async ({
    onTestFinished,
  }) => {
    const town = await startTown({ onTestFinished })
    const first = await town.asks(town.ann)
    const second = await town.asks(town.ben)
    const third = await town.asks(town.lee, 'orders-read INC-3 for lee', town.kim)
    await town.kim.presses('approve', second.card) // Slack has told who kim is
    await until(async () => (await town.grants()).length === 1)
    town.workspace.fails('users.info', { kind: 'status', status: 500 })
    await town.kim.presses('approve', third.card)
    await town.kim.waitsFor('Slack could not tell who may do this', { in: town.requests })
    expect(await town.state(third.id)).toBe('pending')
    await town.kim.presses('deny', first.card)
    await town.kim.waitsForModal()
    await town.kim.submits({ reason: 'not now' })
    await town.kim.types(`/breakglass revoke ${second.id} not now`)
    await until(async () => (await town.state(first.id)) === 'denied')
    await until(async () => /^revok/.test((await town.grants())[0]?.state ?? ''))
    const events = await town.look((store) => store.events({ limit: 999 }))
    const recorded = events.filter(({ name }) => name === 'request.denied' || name === 'grant.revoke-begun')
    expect(recorded.map(({ detail }) => detail.lookUp)).toEqual(['last-known', 'last-known'])
  })

  it('a clear no is a no: deactivated, removed from the group, unknown', async ({ onTestFinished }) => {
    const town = await startTown({ onTestFinished })
    const { id, card } = await town.asks(town.ann)
    const press = town.kim.payloadOf('deny', card)
    await town.kim.presses('deny', card)
    await town.kim.waitsForModal()
    const { delivery } = await town.kim.submits({ reason: 'x' })
    await until(async () => (await town.state(id)) === 'denied')
    const second = await town.asks(town.ann, 'orders-read deployment INC-2 again')
    const value = String((town.kim.payloadOf('deny', second.card).actions as { value: string }[])[0]?.value)
    const metadata = JSON.stringify({ value, channel: second.card.channel, ts: second.card.ts })
    await town.workspace.admin.deactivates(town.kim)
    await town.delivers(changed(delivery?.payload ?? press, { 'view.private_metadata': metadata }))
    expect(await town.state(second.id)).toBe('pending')
  })

  it('somebody of the security team revokes while a user group cannot be read that does not concern him', async ({
    onTestFinished,
  }) => {
    const { town, samRevokes } = await startWithGroupThatApproved(onTestFinished)
    await town.restart() // what was last known is gone
    town.workspace.fails('usergroups.users.list', { kind: 'status', status: 500 })
    await samRevokes(/R-|G-|Slack could not/)
    expect((await town.grants())[0]?.state).toMatch(/revok/)
  })

  it('somebody of the security team revokes after the approvers’ user group was disabled', async ({
    onTestFinished,
  }) => {
    const { town, samRevokes } = await startWithGroupThatApproved(onTestFinished)
    town.workspace.admin.disablesGroup(town.leads)
    await samRevokes(/R-|G-|Slack has no user group/)
    expect((await town.grants())[0]?.state).toMatch(/revok/)
  })

  it('an approver named in the config denies while another approving group cannot be read', async ({
    onTestFinished,
  }) => {
    const rule = '{ requesters: [engineers], approvers: [leads, paged], default_purpose: incident }'
    const town = await startTown({ onTestFinished, config: configOf({ groups: usergroup, rule }) })
    const { id, card } = await town.asks(town.ann)
    town.workspace.admin.disablesGroup(town.leads)
    await town.lee.presses('deny', card)
    await town.lee.waitsForModal()
    await town.lee.submits({ reason: 'not now' })
    await until(async () => (await town.look((store) => store.unanswered())).length === 0)
    expect(await town.state(id)).toBe('denied')
  })
})

const usergroup = '  paged: { slack_usergroup: S0LEADS }'
const groupDecides = '{ requesters: [engineers], approvers: [paged], default_purpose: incident }'

/** Ann holds what the approvers’ user group allowed, and Sam is of the security team. */
async function startWithGroupThatApproved(onTestFinished: TestContext['onTestFinished']) {
  const town = await startTown({ onTestFinished, config: configOf({ groups: usergroup, rule: groupDecides }) })
  const { id, card } = await town.asks(town.ann)
  await town.lee.presses('approve', card)
  await until(async () => (await town.grants()).length === 1, 8_000)
  const samRevokes = async (answer: RegExp) => {
    await town.sam.types(`/breakglass revoke ${id} her laptop was stolen`)
    await town.sam.waitsFor(answer)
  }
  return { town, samRevokes }
}
