import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../src/core/event.ts'
import { pause, resume } from '../../src/operations/pause.ts'
import { writeAccount } from '../../src/operations/review.ts'
import { feedBatch } from '../../src/slack/views/feed.ts'
import { feedLine, feedTitle } from '../../src/slack/views/feed-words.ts'
import { annBreaks, makeGlassPolicy } from '../support/glass.ts'
import { MINUTE, makeGroup } from '../support/make.ts'
import { useWorlds, type World } from '../support/world.ts'
import { checkMessage } from './limits.ts'

const world = useWorlds()
const glass = makeGlassPolicy()
const policy = { ...glass, people: { ...glass.people, security: [makeGroup('secteam', ['U0SAM', 'U0SUE'])] } }

async function linesOf({ store }: World, name: AuditEvent['name']) {
  const events = (await store.events({ limit: 99 })).filter((event) => event.name === name)
  for (const event of events) checkMessage(feedBatch([event]).message ?? { text: '', blocks: [] })
  return events.map((event) => feedLine(event, false).spoken)
}

describe('the security feed says of', () => {
  it('the first of two voices that they agree, and not that somebody paused', async () => {
    const night = await world({ policy })
    await night.answerTo((inbox) => pause(night.deps, { by: 'U0SID', inbox, reason: 'an intruder' }))
    await night.answerTo((inbox) => pause(night.deps, { by: 'U0SAM', inbox, reason: 'an intruder' }))
    await night.answerTo((inbox) => resume(night.deps, { by: 'U0SUE', inbox, reason: 'all is well' }))
    const [paused, agreed] = await linesOf(night, 'bot.paused')
    expect(paused).toContain('*paused: no new access* · by <@U0SAM>')
    expect(agreed).toContain(' 1 of 2 agree to resume; *still paused* · by <@U0SUE>')
    expect(agreed).not.toContain('no new access')
  })

  it('a pause while paused that it is one more, and whose voice counts no more', async () => {
    const night = await world({ policy })
    await night.answerTo((inbox) => pause(night.deps, { by: 'U0SAM', inbox, reason: 'an intruder' }))
    await night.answerTo((inbox) => resume(night.deps, { by: 'U0SUE', inbox, reason: 'all is well' }))
    await night.answerTo((inbox) => pause(night.deps, { by: 'U0SAM', inbox, reason: 'he is back' }))
    const again = (await linesOf(night, 'bot.paused')).at(-1)
    expect(again).toContain('*paused once more: two must agree again* · by <@U0SAM> · had agreed to resume: <@U0SUE>')
  })

  it('what the requester wrote that he did so, and not that a review is due', async () => {
    const night = await world({ policy })
    await annBreaks(night)
    const id = await night.newest()
    await night.passes(15 * MINUTE)
    const press = { ...(await night.press('U0ANN', id, 'requester')), account: 'Restarted the replica.' }
    await night.answerTo((inbox) => writeAccount(night.deps, { ...press, inbox }))
    const [due, wrote] = await linesOf(night, 'review.due')
    expect(due).toContain('a review is due')
    expect(wrote).toContain('the requester wrote what he did')
    expect(wrote).not.toContain('a review is due')
    const event = (await night.store.events({ limit: 99 })).findLast(({ name }) => name === 'review.due')
    expect(event && feedTitle(event)).toMatch(/^the requester wrote what he did/)
  })
})
