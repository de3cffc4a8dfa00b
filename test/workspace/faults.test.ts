import { describe, expect, it } from 'vitest'
import { makeClient, makeClock, makeWorkspace, startBareBot, startBot } from './bot.ts'
import { failing } from './failing.ts'

async function makeChannel(options: Parameters<typeof makeWorkspace>[0] = {}) {
  const workspace = await makeWorkspace(options)
  const ann = workspace.person('ann')
  const { id: channel } = workspace.channel('requests', { members: [ann] })
  const client = makeClient(workspace)
  const post = (text = 'hi') => client.chat.postMessage({ channel, text })
  const shown = () => ann.sees(channel).map(({ plain }) => plain)
  return { workspace, ann, channel, client, post, shown }
}

describe('a fault', () => {
  it('of too many calls answers 429 with Retry-After, as often as it is told', async () => {
    const { workspace, post, shown } = await makeChannel()
    workspace.fails('chat.postMessage', { kind: 'rate limited', retryAfter: 7, times: 2 })
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 })
    await expect(post()).rejects.toMatchObject({ retryAfter: 7 })
    await post('third')
    expect(shown()).toEqual(['third'])
    expect(workspace.callsTo('chat.postMessage').map(({ answer }) => answer)).toEqual([
      'rate limited',
      'rate limited',
      'ok',
    ])
  })

  it('of a status answers it', async () => {
    const { workspace, post, shown } = await makeChannel()
    workspace.fails('*', { kind: 'status', status: 500, times: 1 })
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_http_error', statusCode: 500 })
    expect(shown()).toEqual([])
  })

  it('of an error answers ok: false, until it is lifted', async () => {
    const { workspace, post } = await makeChannel()
    const lift = workspace.fails('chat.postMessage', { kind: 'error', error: 'fatal_error' })
    expect([await failing(post()), await failing(post())]).toEqual(['fatal_error', 'fatal_error'])
    lift()
    expect(await failing(post())).toBe('ok')
  })

  it('of slowness takes effect at once, and answers late', async () => {
    const { workspace, ann, channel, post } = await makeChannel()
    workspace.fails('chat.postMessage', { kind: 'slow', ms: 60 })
    const started = performance.now()
    const answered = post()
    await ann.waitsFor('hi', { in: channel })
    await answered
    expect(performance.now() - started).toBeGreaterThan(50)
  })

  it('of silence never answers', async () => {
    const { workspace, channel, shown } = await makeChannel()
    workspace.fails('chat.postMessage', { kind: 'silent' })
    const call = fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      body: new URLSearchParams({ token: workspace.botToken, channel, text: 'hi' }),
      signal: AbortSignal.timeout(50),
    })
    await expect(call).rejects.toThrow('aborted due to timeout')
    expect(shown()).toEqual([])
  })

  it('of the connection resets it', async () => {
    const { workspace, post, shown } = await makeChannel()
    workspace.fails('chat.postMessage', { kind: 'reset' })
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' })
    expect(shown()).toEqual([])
  })

  it('of an answer that breaks off takes effect, and is no answer', async () => {
    const { workspace, post, shown } = await makeChannel()
    workspace.fails('chat.postMessage', { kind: 'torn', times: 1 })
    // Slack's own client has no error of its own for it.
    await expect(post('applied')).rejects.toThrow('terminated')
    expect(shown()).toEqual(['applied'])
    expect(await failing(post('whole'))).toBe('ok')
  })

  it('ends by itself when its time is over', async () => {
    const clock = makeClock()
    const { workspace, post } = await makeChannel({ now: clock.now })
    workspace.fails('chat.postMessage', { kind: 'error', error: 'fatal_error', lastsMs: 60_000 })
    clock.passes(59_999)
    expect(await failing(post())).toBe('fatal_error')
    clock.passes(1)
    expect(await failing(post())).toBe('ok')
    expect(workspace.faults).toEqual([])
  })

  it('strikes after those that were set before it on the same call', async () => {
    const { workspace, post } = await makeChannel()
    workspace.fails('*', { kind: 'error', error: 'first', times: 1 })
    workspace.fails('chat.postMessage', { kind: 'error', error: 'second', times: 1 })
    expect([await failing(post()), await failing(post()), await failing(post())]).toEqual(['first', 'second', 'ok'])
  })

  it.each([{ kind: 'reset' }, { kind: 'status', status: 500 }, { kind: 'rate limited', retryAfter: 1 }] as const)(
    'may lose only the answer of a call that took effect: %o',
    async (failure) => {
      const { workspace, post, shown } = await makeChannel()
      workspace.fails('chat.postMessage', { ...failure, applied: true, times: 1 })
      expect(await failing(post('applied'))).not.toBe('ok')
      expect(shown()).toEqual(['applied'])
    },
  )

  it('may strike only some calls, by their arguments', async () => {
    const { workspace, client, post } = await makeChannel()
    const other = workspace.channel('other')
    workspace.fails('chat.postMessage', {
      kind: 'error',
      error: 'fatal_error',
      when: ({ channel }) => channel === other.id,
    })
    expect(await failing(post())).toBe('ok')
    expect(await failing(client.chat.postMessage({ channel: other.id, text: 'hi' }))).toBe('fatal_error')
    workspace.recovers()
    expect(await failing(client.chat.postMessage({ channel: other.id, text: 'hi' }))).toBe('ok')
  })

  it('may strike answers by a response URL', async () => {
    const { workspace, ann } = await makeChannel()
    await startBareBot(workspace)
    const { delivery } = await ann.types('/breakglass')
    workspace.fails('response_url', { kind: 'status', status: 503, times: 1 })
    const answer = () => fetch(String(delivery?.payload.response_url), { method: 'POST', body: '{"text":"hi"}' })
    expect([(await answer()).status, (await answer()).status]).toEqual([503, 200])
    expect(ann.dms).toHaveLength(1)
  })
})

describe('an outage', () => {
  it('resets every connection and lets nobody do anything, until it is over', async () => {
    const { workspace, ann, post, shown } = await makeChannel()
    await startBareBot(workspace)
    await post('before')
    workspace.goesDown()
    await expect(post('during')).rejects.toMatchObject({ code: 'slack_webapi_request_error' })
    await expect(ann.types('/breakglass')).rejects.toThrow('Slack is down')
    expect(shown()).toEqual(['before'])
    workspace.comesUp()
    await post('after')
    expect(shown()).toEqual(['before', 'after'])
    expect(await ann.types('/breakglass')).toMatchObject({ acknowledged: true })
  })

  it('cuts the Socket Mode connections and lets none open', async () => {
    const workspace = await makeWorkspace()
    await startBot(workspace, 'Socket Mode', () => {})
    workspace.goesDown()
    await workspace.waitsForNoSocket()
    await expect(fetch(`${workspace.apiUrl}apps.connections.open`, { method: 'POST' })).rejects.toThrow('fetch failed')
  })

  it('keeps events for later attempts', async () => {
    const workspace = await makeWorkspace({ eventRetriesMs: [0, 10, 10, 10] })
    const told = Promise.withResolvers<void>()
    const received = await startBareBot(workspace, (_one, response) => {
      response.end()
      told.resolve()
    })
    workspace.goesDown()
    await workspace.admin.deactivates(workspace.person('ann'))
    workspace.comesUp()
    await told.promise
    expect(received[0]?.headers['x-slack-retry-reason']).toBe('connection_failed')
  })
})
