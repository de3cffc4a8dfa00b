import { describe, expect, it, type TestContext } from 'vitest'
import { type Service, startService, TOKEN } from '../schedules/service.ts'
import { configOf, startTown, until } from '../threats/town.ts'

const rule = '{ requesters: [engineers], approvers: [oncall], default_purpose: incident }'

/** The bot asks a schedule of its own who may approve; Lee is on call. */
async function begin(onTestFinished: TestContext['onTestFinished'], asks = rule) {
  const service = await startService(onTestFinished)
  service.lists('lee@example.com')
  const groups = `  oncall: { http: { url: "${service.url}/oncall", token: ${TOKEN} } }`
  const town = await startTown({ onTestFinished, config: configOf({ groups, rule: asks }) })
  return { service, town }
}

const isDown = (service: Service) => service.answers((_request, response) => void response.writeHead(503).end())

describe.concurrent('a night with an on-call schedule', () => {
  it('the card says who was on call and when; at the handover the one who is on call now decides, not the one before', async ({
    onTestFinished,
  }) => {
    const { service, town } = await begin(onTestFinished)
    const { id, card } = await town.asks(town.ann)
    expect(card.plain).toMatch(/oncall \(on call\): @lee as of .*: please decide/)
    expect(card.mentions).toContain('U0LEE')
    service.lists('kim@example.com')
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('You are not one of the approvers', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
    await town.kim.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('whoever has just come on call can deny, though a moment ago it was another', async ({ onTestFinished }) => {
    const { service, town } = await begin(onTestFinished)
    const { id, card } = await town.asks(town.ann)
    service.lists('kim@example.com')
    await town.kim.presses('deny', card)
    await town.kim.waitsForModal()
    await town.kim.submits({ reason: 'it was mended an hour ago' })
    await until(async () => (await town.state(id)) === 'denied')
  })

  it('the requester who is on call himself cannot approve what he asked', async ({ onTestFinished }) => {
    const { service, town } = await begin(onTestFinished)
    const { id, card } = await town.asks(town.ann)
    service.lists('ann@example.com')
    await town.ann.presses('approve', card)
    await town.ann.waitsFor('You asked for this yourself', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
  })

  it('while the schedule is down nobody of it can say yes; whoever was on call lately can still say no', async ({
    onTestFinished,
  }) => {
    const { service, town } = await begin(onTestFinished)
    const { id, card } = await town.asks(town.ann)
    isDown(service)
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('schedule of “oncall” does not answer', { in: town.requests })
    expect(JSON.stringify(town.lines)).toContain('answered HTTP 503')
    expect(JSON.stringify(town.lines)).not.toContain(TOKEN)
    expect(await town.state(id)).toBe('pending')
    await town.lee.presses('deny', card)
    await town.lee.waitsForModal()
    await town.lee.submits({ reason: 'not while I cannot see who asks' })
    await until(async () => (await town.state(id)) === 'denied')
    const denied = (await town.look((store) => store.events({ limit: 999 }))).find(
      ({ name }) => name === 'request.denied',
    )
    expect(denied?.detail).toMatchObject({ lookUp: 'last-known' })
  })

  it('while it is down, other groups of the rule go on; where there is none, that is said at once', async ({
    onTestFinished,
  }) => {
    const both = '{ requesters: [engineers], approvers: [oncall, leads], default_purpose: incident }'
    const { service, town } = await begin(onTestFinished, both)
    isDown(service)
    await town.restart()
    const { id, card } = await town.asks(town.ann)
    await town.kim.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
    const groups = `  oncall: { http: { url: "${service.url}/oncall", token: ${TOKEN} } }`
    await town.restart(configOf({ groups, rule }))
    await town.ben.types('/breakglass orders-read INC-43 replica lag')
    await town.ben.waitsFor('The on-call schedule of “oncall” does not answer just now')
  })

  it('another schedule behind the same name is another term: what waits lapses', async ({ onTestFinished }) => {
    const { service, town } = await begin(onTestFinished)
    const { id } = await town.asks(town.ann)
    const groups = `  oncall: { http: { url: "${service.url}/others", token: ${TOKEN} } }`
    await town.restart(configOf({ groups, rule }))
    expect(await town.state(id)).toBe('lapsed')
  })
})

describe.concurrent('a group that a rule uses', () => {
  const groups = '  paged: { slack_usergroup: S0LEADS }'
  const paged = '{ requesters: [engineers], approvers: [paged], default_purpose: incident }'

  it('that changed while the bot was away is told when it is back, once', async ({ onTestFinished }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule: paged }) })
    await until(async () => (await town.look((store) => store.roster('paged'))) !== undefined)
    await town.stop()
    town.leads.members = ['U0KIM', 'U0EVE']
    await town.start()
    const told = await town.sam.waitsFor('members of a group changed', { in: town.security })
    expect(told.plain).toMatch(/added @eve · group paged .*removed @lee/)
    await town.restart()
    await until(async () => (await town.events()).filter((name) => name === 'system.started').length === 3)
    expect((await town.events()).filter((name) => name === 'group.changed')).toHaveLength(1)
  })
})
