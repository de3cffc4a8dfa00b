import { describe, expect, it } from 'vitest'
import { startTown, until } from './town.ts'

/** By itself, because it waits ten seconds for Slack without doing anything. */
describe('guest, stranger, other workspace, bot, deactivated, invited-only; look-up fails', () => {
  it('the look-up takes too long: refused after the time-out, nothing changes; asking fails the same way', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    town.workspace.fails('users.info', { kind: 'silent', when: ({ user }) => user === 'U0LEE' || user === 'U0BEN' })
    await Promise.all([
      town.workspace.delivers(town.lee.payloadOf('approve', card)),
      town.ben.types('/breakglass orders-read INC-42 replica lag'),
    ])
    await until(async () => (await town.look((store) => store.unanswered())).length === 0, 25_000) // a sweep may be asking Slack for the same person just then
    expect(await town.state(id)).toBe('pending')
    expect(await town.look((store) => store.requests({ limit: 9 }))).toHaveLength(1)
  }, 30_000)
})
