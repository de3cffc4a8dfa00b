import { describe, expect, it } from 'vitest'
import type { RequestId } from '../../src/core/ids.ts'
import type { Person } from '../../src/workspace/person.ts'
import { changed, configOf, startTown, type Town, until } from './town.ts'

const groups = '  trio: { members: [U0LEE, U0KIM, U0SAM] }'
const two = '{ requesters: [engineers], approvers: [trio], quorum: 2, default_purpose: incident }'

/** Somebody else presses Approve in Lee's Slack, and Lee reads the receipt. */
async function approvedAsLee(town: Town, id: RequestId, card: Parameters<Person['presses']>[1]) {
  await town.lee.presses('approve', card)
  return town.lee.waitsFor(({ plain }) => plain.includes('Was that not you?') && plain.includes(id))
}

const grantOf = async (town: Town, id: RequestId) => (await town.grants()).find(({ request }) => request === id)

describe('stolen approver session', () => {
  it('“that was not me” takes the access away at once, calls security, and makes the account count for nothing', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const receipt = await approvedAsLee(town, id, card)
    expect((await grantOf(town, id))?.state).toBe('granting')
    await town.lee.presses('not_me', receipt, { confirm: true })
    await until(async () => /^revok/.test((await grantOf(town, id))?.state ?? ''))
    const alarm = await town.sam.waitsFor('says that the approval of', { in: town.security })
    expect(alarm.mentions).toContain('U0SAM')
    await town.sam.waitsFor('SAYS THAT AN APPROVAL IN THIS NAME WAS NOT REAL', { in: town.security })
    await town.ann.waitsFor('was not real. This says nothing about you')

    const second = await town.asks(town.ben)
    await town.delivers(town.lee.payloadOf('approve', second.card))
    expect(await town.state(second.id)).toBe('pending')
    await town.kim.presses('approve', second.card)
    await until(async () => (await town.state(second.id)) === 'approved')
  })

  it('with a quorum of two the one stolen voice gives nothing, and after “that was not me” never will', async () => {
    const town = await startTown({ config: configOf({ groups, rule: two }) })
    const first = await town.asks(town.ann)
    const other = await town.asks(town.ben)
    const receipt = await approvedAsLee(town, first.id, first.card)
    await approvedAsLee(town, other.id, other.card)
    expect(await town.grants()).toEqual([])
    await town.lee.presses('not_me', receipt, { confirm: true })
    await until(async () => (await town.state(first.id)) === 'cancelled')
    await town.kim.presses('approve', other.card)
    await town.kim.waitsFor('Recorded: 1 of 2', { in: town.requests })
    expect(await town.state(other.id)).toBe('pending')
    await town.sam.presses('approve', other.card)
    await until(async () => (await town.state(other.id)) === 'approved')
  })

  it('nobody else can say it for him, with whatever of the press is his', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const receipt = await approvedAsLee(town, id, card)
    const press = town.lee.payloadOf('not_me', receipt, { confirm: true })
    for (const thief of ['U0ANN', 'U0KIM', 'U0SAM', 'U0EVE']) await town.delivers(changed(press, { 'user.id': thief }))
    const { actions } = press as { actions: { value: string }[] }
    const value = actions[0]?.value ?? ''
    const forged = [
      { 'container.message_ts': '1.1' },
      { 'container.channel_id': 'C0REQUESTS' },
      { 'actions.0.value': value.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ]
    for (const change of forged) await town.delivers(changed(press, change))
    expect((await grantOf(town, id))?.state).toBe('granting')
    expect(await town.events()).not.toContain('approval.disowned')
  })

  it('works while nobody can be looked up, and pressed a hundred times it is said once', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const receipt = await approvedAsLee(town, id, card)
    const press = town.lee.payloadOf('not_me', receipt, { confirm: true })
    town.workspace.fails('users.info', { kind: 'status', status: 500 })
    for (let time = 0; time < 100; time += 1) await town.delivers(changed(press, { trigger_id: `again.${time}` }))
    expect((await grantOf(town, id))?.state).toMatch(/^revok/)
    expect((await town.events()).filter((name) => name === 'approval.disowned')).toHaveLength(1)
    expect((await town.events()).filter((name) => name === 'person.frozen')).toHaveLength(1)
  })

  it('a press that waited for a restart still counts, however old it is', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    const receipt = await approvedAsLee(town, id, card)
    const press = town.lee.payloadOf('not_me', receipt, { confirm: true })
    const { actions, container } = press as {
      actions: { value: string }[]
      container: { channel_id: string; message_ts: string }
    }
    await town.stop()
    const body = { user: 'U0LEE', team: '', channel: container.channel_id, ts: container.message_ts, responseUrl: '' }
    const pressed = { ...body, action: 'not_me', value: actions[0]?.value ?? '' }
    const row = { id: 'waited', kind: 'press', body: pressed, receivedAt: Date.now() - 3_600_000 } as const
    await town.look((store) => store.receive({ ...row, doneAt: null, answer: null }))
    await town.start()
    await until(async () => /^revok/.test((await grantOf(town, id))?.state ?? ''))
    expect(await town.events()).toContain('approval.disowned')
  })
})

describe('whoever found that it looked wrong', () => {
  it('is named to the security channel only: not on cards, in messages, in “mine” or to the requester', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.kim.presses('looks_wrong', card, { confirm: true })
    await until(async () => (await town.state(id)) === 'denied')
    await town.lee.waitsFor('Denied: it looked wrong to somebody who was asked.', { in: town.requests })
    await town.ann.types('/breakglass mine')
    await town.ann.waitsFor('nothing is waiting')
    await town.ann.waitsFor('It looked wrong to somebody who was asked')
    const shown = [...town.ann.dms, ...town.lee.sees(town.requests)]
    for (const { plain } of shown) expect(plain).not.toMatch(/@kim(?!, @lee: please decide)/)
    await town.sam.waitsFor(/denied the request .*@kim/, { in: town.security })
  })

  it('froze the requester: no approval counts and nothing is opened, also after a restart, until security lifts it', async () => {
    const entitlements = ['read', 'write']
      .map((id) => `  orders-${id}: { title: T, target: orders-db, access: { role: ${id} }, rules: [usual] }`)
      .join('\n')
    const town = await startTown({ config: configOf({ entitlements }) })
    const first = await town.asks(town.ann)
    const second = await town.asks(town.ann, 'orders-write INC-43 repair')
    const approval = town.lee.payloadOf('approve', second.card)
    await town.kim.presses('looks_wrong', first.card, { confirm: true })
    await until(async () => (await town.state(first.id)) === 'denied')
    await town.restart()
    await town.delivers(approval)
    expect(await town.state(second.id)).toBe('pending')
    expect(await town.grants()).toEqual([])
    await town.ann.types('/breakglass orders-read INC-44 please')
    await town.ann.waitsFor('You cannot be given access just now')
  })
})
