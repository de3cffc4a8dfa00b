import { describe, expect, it } from 'vitest'
import { makeClient, makeClock, makeWorkspace, startBareBot } from './bot.ts'

async function makeConversation() {
  const clock = makeClock()
  const workspace = await makeWorkspace({ now: clock.now })
  await startBareBot(workspace)
  const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
  const requests = workspace.channel('requests', { members: [ann, lee] })
  const { delivery } = await ann.types('/breakglass', { in: requests })
  const answer = (body: object, url = delivery?.payload.response_url) =>
    fetch(String(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const shown = () => [ann, lee].map((person) => person.sees(requests).map(({ plain }) => plain))
  return { workspace, clock, ann, lee, requests, answer, shown }
}

const button = {
  type: 'actions',
  elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
} as const

describe('an answer to a command', () => {
  it('is seen by the person only, unless it is for the channel', async () => {
    const { answer, shown } = await makeConversation()
    const answered = await answer({ text: 'for you' })
    expect([answered.status, await answered.text()]).toEqual([200, 'ok'])
    await answer({ text: 'for all', response_type: 'in_channel' })
    expect(shown()).toEqual([['for you', 'for all'], ['for all']])
  })

  it('works where the bot is no member', async () => {
    const { workspace, requests, answer, shown } = await makeConversation()
    workspace.admin.removes(workspace.bot, requests)
    workspace.admin.changesChannel(requests, { isPrivate: true })
    await answer({ text: 'for you' })
    expect(shown()).toEqual([['for you'], []])
  })

  it('works five times', async () => {
    const { answer, shown } = await makeConversation()
    for (let count = 0; count < 5; count += 1) expect((await answer({ text: 'hi' })).status).toBe(200)
    const sixth = await answer({ text: 'hi' })
    expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }])
    expect(shown()[0]).toHaveLength(5)
  })

  it('works for thirty minutes', async () => {
    const { answer, clock } = await makeConversation()
    clock.passes(30 * 60_000 - 1)
    expect((await answer({ text: 'hi' })).status).toBe(200)
    clock.passes(1)
    const late = await answer({ text: 'hi' })
    expect([late.status, await late.json()]).toEqual([404, { ok: false, error: 'expired_url' }])
  })

  it.each([
    [{ blocks: [{ type: 'blink' }] }, 'invalid_blocks'],
    [{}, 'no_text'],
    [{ text: 7 }, 'invalid_payload'],
  ])('of %o is refused', async (body, error) => {
    const { answer, shown } = await makeConversation()
    const answered = await answer(body)
    expect(answered.status).toBe(400)
    expect(await answered.json()).toMatchObject({ ok: false, error })
    expect(shown()).toEqual([[], []])
  })

  it('is recorded as a call', async () => {
    const { workspace, answer, clock } = await makeConversation()
    await answer({ text: 'hi' })
    expect(workspace.callsTo('response_url')).toEqual([
      { method: 'response_url', args: { text: 'hi' }, at: clock.now(), answer: 'ok' },
    ])
  })
})

describe('an answer to a press', () => {
  it('replaces an ephemeral message, which nothing else can', async () => {
    const { workspace, ann, requests, answer, shown } = await makeConversation()
    await answer({ text: 'sure?', blocks: [button] })
    const [question] = ann.sees(requests)
    const { delivery } = await ann.presses('go', question!)
    const { chat } = makeClient(workspace)
    await expect(chat.update({ channel: requests.id, ts: question!.ts, text: 'x' })).rejects.toMatchObject({
      data: { error: 'message_not_found' },
    })
    await answer({ text: 'done', replace_original: true }, delivery?.payload.response_url)
    expect(shown()).toEqual([['done'], []])
  })

  it('replaces or deletes a message of the channel for everybody', async () => {
    const { workspace, lee, requests, answer, shown } = await makeConversation()
    await makeClient(workspace).chat.postMessage({ channel: requests.id, text: 'card', blocks: [button] })
    const [card] = lee.sees(requests)
    const { delivery } = await lee.presses('go', card!)
    const url = delivery?.payload.response_url
    await answer({ text: 'decided', replace_original: 'true' }, url)
    expect(shown()).toEqual([['decided'], ['decided']])
    const long = await answer({ text: 'x'.repeat(4_001), replace_original: true }, url)
    expect(await long.json()).toMatchObject({ error: 'msg_too_long' })
    await answer({ delete_original: true }, url)
    expect(shown()).toEqual([[], []])
  })

  it('is a new ephemeral message in the same thread otherwise', async () => {
    const { workspace, lee, requests, answer, shown } = await makeConversation()
    const { chat } = makeClient(workspace)
    const { ts = '' } = await chat.postMessage({ channel: requests.id, text: 'card' })
    await chat.postMessage({ channel: requests.id, text: 'reminder', thread_ts: ts, blocks: [button] })
    const { delivery } = await lee.presses('go', lee.sees(requests)[1]!)
    await answer({ text: 'not you' }, delivery?.payload.response_url)
    expect(shown()).toEqual([
      ['card', '[Go]'],
      ['card', '[Go]', 'not you'],
    ])
    expect(lee.sees(requests)[2]).toMatchObject({ isEphemeral: true, threadTs: ts })
  })
})
