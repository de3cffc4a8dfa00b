import { describe, expect, it } from 'vitest'
import { makeClient, makeClock, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'

async function makeChannel() {
  const clock = makeClock()
  const workspace = await makeWorkspace({ now: clock.now })
  const ann = workspace.person('ann')
  const { id: channel } = workspace.channel('requests', { members: [ann] })
  return { workspace, clock, ann, channel, chat: makeClient(workspace).chat }
}

describe('a message', () => {
  it('needs text or blocks', async () => {
    const { chat, channel } = await makeChannel()
    expect(await failing(chat.postMessage({ channel, text: '' }))).toBe('no_text')
  })

  it('is cut past 40,000 characters when it is posted', async () => {
    const { chat, channel, ann } = await makeChannel()
    await chat.postMessage({ channel, text: 'x'.repeat(40_001) })
    expect(ann.sees(channel)[0]?.text).toHaveLength(40_000)
  })

  it('is refused past 4,000 characters when it is updated', async () => {
    const { chat, channel } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'hi' })
    expect(await failing(chat.update({ channel, ts, text: 'x'.repeat(4_001) }))).toBe('msg_too_long')
    expect(await failing(chat.update({ channel, ts, text: 'x'.repeat(4_000) }))).toBe('ok')
  })

  it('has timestamps that are never given twice, even within a millisecond', async () => {
    const { chat, channel } = await makeChannel()
    const all = await Promise.all(Array.from({ length: 20 }, () => chat.postMessage({ channel, text: 'hi' })))
    const stamps = all.map(({ ts }) => ts)
    expect(new Set(stamps).size).toBe(20)
    expect(stamps).toSatisfy((list: string[]) => list.every((ts) => /^\d{10}\.\d{6}$/.test(ts)))
  })

  it('keeps every look it ever had, with its instant', async () => {
    const { workspace, chat, channel, ann, clock } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'pending' })
    clock.passes(1_000)
    await chat.update({ channel, ts, text: '*approved* by <@U0ANN>' })
    const [message] = ann.sees(channel)
    expect(message).toMatchObject({ ts, plain: 'approved by @ann' })
    const first = clock.now() - 1_000
    expect(message?.history).toEqual([
      { at: first, text: 'pending', plain: 'pending' },
      { at: clock.now(), text: '*approved* by <@U0ANN>', plain: 'approved by @ann' },
    ])
    clock.passes(1_000)
    await chat.delete({ channel, ts })
    expect(ann.sees(channel)).toEqual([])
    const [gone] = workspace.everShown(workspace.state.conversations.get(channel)!)
    expect(gone).toMatchObject({ plain: 'approved by @ann', deletedAt: clock.now() })
  })

  it('is answered in its thread', async () => {
    const { chat, channel, ann } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'card' })
    const reply = await chat.postMessage({ channel, text: 'reminder', thread_ts: ts })
    expect(reply.message).toMatchObject({ thread_ts: ts, parent_user_id: 'U0BREAKGLASS' })
    expect(ann.sees(channel).map(({ plain, threadTs }) => [plain, threadTs])).toEqual([
      ['card', undefined],
      ['reminder', ts],
    ])
    expect(await failing(chat.postMessage({ channel, text: 'x', thread_ts: '1.000001' }))).toBe(
      'cannot_reply_to_message',
    )
  })

  it('has a permanent link, and so has a reply', async () => {
    const { chat, channel } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'card' })
    const { ts: reply = '' } = await chat.postMessage({ channel, text: 'reminder', thread_ts: ts })
    const bare = (stamp: string) => stamp.replace('.', '')
    const link = async (message_ts: string) => (await chat.getPermalink({ channel, message_ts })).permalink
    const root = 'https://embedded-workspace.slack.com/archives/C0REQUESTS'
    expect(await link(ts)).toBe(`${root}/p${bare(ts)}`)
    expect(await link(reply)).toBe(`${root}/p${bare(reply)}?thread_ts=${ts}&cid=${channel}`)
    expect(await failing(chat.getPermalink({ channel, message_ts: '1.000001' }))).toBe('message_not_found')
  })

  it('gets the ids and defaults that Slack fills in', async () => {
    const { chat, channel } = await makeChannel()
    const button = { type: 'button', text: { type: 'plain_text', text: 'Yes' } } as const
    const { message } = await chat.postMessage({
      channel,
      text: 'hi',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: 'hi' } },
        { type: 'actions', elements: [button] },
      ],
    })
    expect(message?.blocks).toEqual([
      {
        type: 'section',
        block_id: expect.any(String),
        text: { type: 'mrkdwn', text: 'hi', verbatim: false },
      },
      {
        type: 'actions',
        block_id: expect.any(String),
        elements: [
          { type: 'button', action_id: expect.any(String), text: { type: 'plain_text', text: 'Yes', emoji: true } },
        ],
      },
    ])
  })
})

describe('changing a message', () => {
  it('is refused for one that is not there', async () => {
    const { chat, channel } = await makeChannel()
    expect(await failing(chat.update({ channel, ts: '1.000001', text: 'hi' }))).toBe('message_not_found')
    expect(await failing(chat.delete({ channel, ts: '1.000001' }))).toBe('message_not_found')
  })

  it('is refused for one of somebody else', async () => {
    const { chat, channel, ann } = await makeChannel()
    const { ts } = ann.says('mine', { in: channel })
    expect(await failing(chat.update({ channel, ts, text: 'hi' }))).toBe('cant_update_message')
    expect(await failing(chat.delete({ channel, ts }))).toBe('cant_delete_message')
  })

  it('keeps the blocks, and their buttons, unless other blocks or an empty list are given', async () => {
    const { chat, channel, ann } = await makeChannel()
    const button = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } }
    const blocks = [{ type: 'actions' as const, elements: [button] }]
    const { ts = '' } = await chat.postMessage({ channel, text: 'card', blocks })
    await chat.update({ channel, ts, text: 'done' })
    expect(ann.sees(channel)).toMatchObject([{ text: 'done', plain: '[Go]', buttons: [{ actionId: 'go' }] }])
    await chat.update({ channel, ts, text: 'done', blocks: [] })
    expect(ann.sees(channel)).toMatchObject([{ text: 'done', plain: 'done', buttons: [] }])
  })

  it('is refused in an archived channel', async () => {
    const { workspace, chat, channel } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'hi' })
    workspace.admin.changesChannel(workspace.state.conversations.get(channel)!, { isArchived: true })
    expect(await failing(chat.update({ channel, ts, text: 'hi' }))).toBe('is_inactive')
  })

  it('is refused for blocks that are wrong, and leaves the message as it was', async () => {
    const { chat, channel, ann } = await makeChannel()
    const { ts = '' } = await chat.postMessage({ channel, text: 'hi' })
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]
    await expect(chat.update({ channel, ts, text: 'new', blocks })).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    })
    expect(ann.sees(channel)[0]?.text).toBe('hi')
  })
})
