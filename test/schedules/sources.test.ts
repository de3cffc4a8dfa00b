import { describe, expect, it } from 'vitest'
import { entry, json, startService, TOKEN } from './service.ts'

/** One clear answer of each kind of source, that names Lee. */
const KINDS = [
  ['pagerduty', { oncalls: [entry('lee@example.com')], more: false }],
  ['opsgenie', { data: { _parent: { id: 's1' }, onCallRecipients: ['lee@example.com'] } }],
  ['http', { members: ['lee@example.com'] }],
] as const

describe('PagerDuty', () => {
  it('is asked for who is on call in one schedule, with its own manner of token', async () => {
    const service = await startService()
    service.answers(json({ oncalls: [entry('Lee@Example.com'), entry('lee@example.com')], more: false }))
    expect(await service.onCall({ kind: 'pagerduty' })).toEqual(['lee@example.com'])
    const { url = '', headers } = service.asked[0]!
    expect(decodeURIComponent(url)).toBe('/oncalls?schedule_ids[]=PX12345&include[]=users&limit=100&offset=0')
    expect(headers).toMatchObject({
      authorization: `Token token=${TOKEN}`,
      accept: 'application/vnd.pagerduty+json;version=2',
    })
  })

  it('is read page by page, to the last one', async () => {
    const service = await startService()
    const people = ['ann', 'ben', 'lee'].map((name) => `${name}@example.com`)
    service.answers((request, response) => {
      const at = Number(new URL(request.url ?? '', service.url).searchParams.get('offset'))
      json({ oncalls: [entry(people[at]!)], more: at < 2 })(request, response)
    })
    expect(await service.onCall({ kind: 'pagerduty' })).toEqual(people)
    expect(service.asked).toHaveLength(3)
  })

  it('that has always one page more is no answer, and neither is an empty page with more to come', async () => {
    const service = await startService()
    service.answers(json({ oncalls: [entry('lee@example.com')], more: true }))
    await expect(service.onCall({ kind: 'pagerduty' })).rejects.toThrow('more than 10 pages')
    expect(service.asked).toHaveLength(10)
    service.answers(json({ oncalls: [], more: true }))
    await expect(service.onCall({ kind: 'pagerduty' })).rejects.toThrow('empty page')
  })

  it('that tells of another schedule too is no answer: nobody comes in by a question that was not asked', async () => {
    const service = await startService()
    service.answers(json({ oncalls: [entry('lee@example.com'), entry('eve@example.com', 'POTHER')], more: false }))
    await expect(service.onCall({ kind: 'pagerduty' })).rejects.toThrow('another schedule')
  })
})

describe('Opsgenie', () => {
  it.each([
    ['platform night', '/v2/schedules/platform%20night/on-calls?scheduleIdentifierType=name&flat=true'],
    [
      'd875e654-9b4e-4219-a803-0c26936d18de',
      '/v2/schedules/d875e654-9b4e-4219-a803-0c26936d18de/on-calls?scheduleIdentifierType=id&flat=true',
    ],
  ])('is asked for the schedule %s', async (schedule, path) => {
    const service = await startService()
    service.answers(json({ data: { onCallRecipients: ['lee@example.com'] } }))
    expect(await service.onCall({ kind: 'opsgenie', schedule })).toEqual(['lee@example.com'])
    expect(service.asked[0]).toMatchObject({ url: path, headers: { authorization: `GenieKey ${TOKEN}` } })
  })
})

describe('the generic source', () => {
  it('lists e-mail addresses and Slack ids', async () => {
    const service = await startService()
    service.lists('Ann@example.com', 'U0LEE', 'ann@example.com')
    expect(await service.onCall({ kind: 'http', url: `${service.url}/team?name=db` })).toEqual([
      'ann@example.com',
      'U0LEE',
    ])
    expect(service.asked[0]).toMatchObject({ url: '/team?name=db', headers: { authorization: `Bearer ${TOKEN}` } })
  })

  it.each([
    ['something beside the members', { members: ['U0LEE'], error: 'half of it failed' }],
    ['a name', { members: ['lee'] }],
    ['an address with something unseen in it', { members: ['lee\u200b@example.com'] }],
    ['more than forty people', { members: Array.from({ length: 41 }, (_, index) => `U0P${index}`) }],
  ])('that answers %s is no answer', async (_name, answer) => {
    const service = await startService()
    service.answers(json(answer))
    await expect(service.onCall({ kind: 'http' })).rejects.toThrow('the on-call schedule cannot be read')
  })
})

describe.each(KINDS)('whatever is unclear is no answer: %s', (kind, clear) => {
  it('a clear answer is one', async () => {
    const service = await startService()
    service.answers(json(clear))
    expect(await service.onCall({ kind })).toEqual(['lee@example.com'])
  })

  it.each([401, 403, 404, 429, 500, 503, 204, 201])('HTTP %i with the right body', async (status) => {
    const service = await startService()
    service.answers((_request, response) => void response.writeHead(status).end(JSON.stringify(clear)))
    await expect(service.onCall({ kind })).rejects.toThrow(`answered HTTP ${status}`)
  })

  it.each(['', 'no JSON', '[]', 'null', '{}', JSON.stringify(clear).slice(0, -4)])('the body %j', async (body) => {
    const service = await startService()
    service.answers((_request, response) => void response.end(body))
    await expect(service.onCall({ kind })).rejects.toThrow('answered')
  })

  it('a redirect: it is not followed, and nobody else sees the credential', async () => {
    const service = await startService()
    const elsewhere = await startService()
    elsewhere.answers(json(clear))
    service.answers((_request, response) => void response.writeHead(302, { location: elsewhere.url }).end())
    await expect(service.onCall({ kind })).rejects.toThrow('answered HTTP 302')
    expect(elsewhere.asked).toEqual([])
  })

  it('more than 1 MiB', async () => {
    const service = await startService()
    const body = `${JSON.stringify(clear).slice(0, -1)}, "padding": "${'x'.repeat(1024 * 1024)}"}`
    service.answers((_request, response) => void response.end(body))
    await expect(service.onCall({ kind })).rejects.toThrow('more than 1 MiB')
  })

  it.each([
    ['says nothing', () => {}],
    ['stops in the middle', (response: { write(text: string): void }) => response.write('{"members": [')],
  ])('one that %s within the time limit', async (_name, act) => {
    const service = await startService()
    service.answers((_request, response) => act(response))
    await expect(service.onCall({ kind }, 50)).rejects.toThrow('no answer in time')
  })

  it('a broken connection', async () => {
    const service = await startService()
    service.answers((request) => request.socket.destroy())
    await expect(service.onCall({ kind })).rejects.toThrow('unreachable')
  })

  it('no failure says where, or with which credential', async () => {
    const service = await startService()
    service.answers(json({ error: `wrong key ${TOKEN}` }, 401))
    const failure = await service.onCall({ kind }).catch((error: unknown) => error)
    expect(String(failure)).toContain('answered HTTP 401')
    expect(`${failure} ${JSON.stringify(failure)}`).not.toMatch(/c4nary|127\.0\.0\.1/)
  })
})
