import { describe, expect, it } from 'vitest'
import { itHasOneWinner } from './races.ts'
import { configOf, startTown, until } from './town.ts'

describe('approve, deny, cancel, lapse at the same moment; double click', () => {
  itHasOneWinner(1_020)

  it('two approvers and one who denies press at once, 10 times on the whole bot: one winner, and everybody is told', async () => {
    const town = await startTown()
    for (let round = 0; round < 10; round += 1) {
      const { id, card } = await town.asks(town.ann, `orders-read INC-${round} replica lag`)
      const presses = [
        town.lee.payloadOf('approve', card),
        town.kim.payloadOf('approve', card),
        town.lee.payloadOf('approve', card),
      ]
      const cancels = round % 2 === 0 ? [town.ann.types(`/breakglass cancel ${id}`)] : []
      await Promise.all([...presses.map((press) => town.workspace.delivers(press)), ...cancels])
      await until(async () => (await town.look((store) => store.unanswered())).length === 0)
      const events = await town.look((store) => store.events({ request: id, limit: 99 }))
      expect(events.filter(({ name }) => name === 'request.approved' || name === 'request.cancelled')).toHaveLength(1)
      expect(events.filter(({ name }) => name === 'grant.begun').length).toBeLessThanOrEqual(1)
      await town.ann.types(`/breakglass end ${id}`)
      await until(async () => !(await town.grants()).some(({ state }) => state === 'granting' || state === 'active'))
    }
  })
})

describe('a Deny by an approver on an approved request', () => {
  it('revokes, whoever approved it; one who is none of the approvers does not', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    const approved = await town.kim.waitsFor('Deny and take away', { in: town.requests })
    await town.eve.presses('deny', approved)
    await town.eve.waitsFor('You are not one of the approvers', { in: town.requests })
    expect((await town.grants())[0]?.state).toBe('granting')
    await town.kim.presses('deny', approved)
    await town.kim.waitsForModal()
    await town.kim.submits({ reason: 'not her' })
    await until(async () => (await town.grants())[0]?.state !== 'granting')
    expect((await town.grants())[0]).toMatchObject({ cause: 'revoked-by', by: 'U0KIM' })
    await town.kim.waitsFor(`G-${id.slice(2)} was approved already: it is being taken away`)
  })

  it('a card of access that needed no approval has no Deny button, only one for whoever asked', async () => {
    const town = await startTown({ config: configOf({ rule: NOBODY_APPROVES }) })
    await town.ann.types('/breakglass orders-read INC-42 replica lag')
    const card = await town.sam.waitsFor('No approval needed', { in: town.requests })
    expect(card.buttons.map(({ actionId }) => actionId)).toEqual(['end_early'])
  })

  it('a press on Deny by one who may not leaves an audit event, as one on Approve does', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    await town.eve.presses('deny', card)
    await town.eve.waitsFor('You are not one of the approvers', { in: town.requests })
    expect(await town.events()).toContain('approval.refused')
  })
})

const NOBODY_APPROVES = '{ requesters: [engineers], approval: none, default_purpose: incident }'
