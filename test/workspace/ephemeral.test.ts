import { describe, expect, it } from 'vitest'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'
import { failing } from './failing.ts'

async function makeChannel() {
  const workspace = await makeWorkspace()
  const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
  const requests = workspace.channel('requests', { members: [ann, lee] })
  const { chat, conversations } = makeClient(workspace)
  const post = (more: object = {}) =>
    chat.postEphemeral({ channel: requests.id, user: ann.id, text: 'for ann', ...more } as never)
  return { workspace, ann, lee, requests, chat, conversations, post }
}

describe('chat.postEphemeral', () => {
  it('shows a message to one person in a channel, until that person reloads', async () => {
    const { ann, lee, requests, post } = await makeChannel()
    const { message_ts } = await post()
    expect(ann.sees(requests)).toMatchObject([{ plain: 'for ann', isEphemeral: true, ts: message_ts }])
    expect(lee.sees(requests)).toEqual([])
    ann.reloads()
    expect(ann.sees(requests)).toEqual([])
  })

  it('leaves nothing that could be changed, deleted, linked to or answered', async () => {
    const { requests, chat, post } = await makeChannel()
    const ts = (await post()).message_ts ?? ''
    const channel = requests.id
    expect(await failing(chat.update({ channel, ts, text: 'hi' }))).toBe('message_not_found')
    expect(await failing(chat.delete({ channel, ts }))).toBe('message_not_found')
    expect(await failing(chat.getPermalink({ channel, message_ts: ts }))).toBe('message_not_found')
    expect(await failing(post({ thread_ts: ts }))).toBe('cannot_reply_to_message')
  })

  it('is refused for somebody who is not there, and where the bot is not', async () => {
    const { workspace, requests, post } = await makeChannel()
    const kim = workspace.person('kim')
    expect(await failing(post({ user: kim.id }))).toBe('user_not_in_channel')
    workspace.admin.removes(workspace.bot, requests)
    expect(await failing(post())).toBe('not_in_channel')
    expect(await failing(post({ channel: 'C0NOWHERE' }))).toBe('channel_not_found')
    const old = workspace.channel('old', { archived: true })
    expect(await failing(post({ channel: old.id }))).toBe('is_archived')
  })

  it('is refused for what is no message', async () => {
    const { post } = await makeChannel()
    expect(await failing(post({ text: '' }))).toBe('no_text')
    expect(await failing(post({ text: 'x'.repeat(40_001) }))).toBe('msg_too_long')
    expect(await failing(post({ blocks: [{ type: 'blink' }] }))).toBe('invalid_blocks')
  })

  it('may stand in a thread and have buttons, which only that person presses', async () => {
    const { workspace, ann, lee, requests, chat, post } = await makeChannel()
    await startBareBot(workspace)
    const { ts } = await chat.postMessage({ channel: requests.id, text: 'card' })
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }
    await post({ thread_ts: ts, blocks: [{ type: 'actions', elements: [button] }] })
    const shown = ann.sees(requests).at(-1)!
    const { delivery } = await ann.presses('go', shown)
    expect(delivery?.payload).toMatchObject({ container: { is_ephemeral: true, thread_ts: ts } })
    await expect(lee.presses('go', shown)).rejects.toThrow('lee cannot see that message any more')
  })
})

describe('conversations.open', () => {
  it('says whether the direct conversation was there, and makes none if it must not', async () => {
    const { workspace, ann, lee, conversations } = await makeChannel()
    const open = (user: string, more: object = {}) => conversations.open({ users: user, ...more })
    expect(await failing(open(ann.id, { prevent_creation: true }))).toBe('channel_not_found')
    expect(await open(ann.id)).not.toHaveProperty('already_open')
    expect(await open(ann.id, { prevent_creation: true })).toMatchObject({ no_op: true, already_open: true })
    expect(await failing(conversations.open({ users: [ann.id, lee.id].join() }))).toBe(
      'method_not_supported_for_channel_type',
    )
    expect([...workspace.state.conversations.keys()]).toEqual(['C0REQUESTS', 'D0ANN'])
  })
})
