import { describe, expect, it } from 'vitest'
import { makeClient, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'

describe('what the bot may know of a channel', () => {
  it('a private channel without the bot does not exist for it', async () => {
    const workspace = await makeWorkspace()
    const { id: channel } = workspace.channel('security', { private: true, bot: false })
    const client = makeClient(workspace)
    expect(await failing(client.conversations.info({ channel }))).toBe('channel_not_found')
    expect(await failing(client.conversations.members({ channel }))).toBe('channel_not_found')
    expect(await failing(client.chat.postMessage({ channel, text: 'hi' }))).toBe('channel_not_found')
  })

  it('of a public channel it learns that it is no member', async () => {
    const workspace = await makeWorkspace()
    const { id: channel } = workspace.channel('requests', { bot: false })
    const client = makeClient(workspace)
    const answer = await client.conversations.info({ channel })
    expect(answer.channel).toMatchObject({ is_member: false, is_private: false })
    expect(await failing(client.chat.postMessage({ channel, text: 'hi' }))).toBe('not_in_channel')
  })

  it('tells whether a channel is private, shared, archived, and whether the bot is in it', async () => {
    const workspace = await makeWorkspace()
    const channel = workspace.channel('security', { private: true })
    const client = makeClient(workspace)
    const told = async () => (await client.conversations.info({ channel: channel.id })).channel
    const flags = { is_private: true, is_shared: false, is_ext_shared: false, is_archived: false, is_member: true }
    expect(await told()).toMatchObject(flags)
    workspace.admin.changesChannel(channel, { isPrivate: false, isShared: true, isArchived: true })
    const changed = { is_private: false, is_shared: true, is_ext_shared: true, is_archived: true }
    expect(await told()).toMatchObject(changed)
    workspace.admin.removes(workspace.bot, channel)
    expect(await told()).toMatchObject({ is_member: false })
  })

  it('lists the private channels only where it is a member, and leaves archived ones out when asked to', async () => {
    const workspace = await makeWorkspace()
    workspace.channel('requests')
    workspace.channel('old', { archived: true })
    workspace.channel('security', { private: true })
    workspace.channel('board', { private: true, bot: false })
    const { channels } = await makeClient(workspace).conversations.list({
      types: 'public_channel,private_channel',
      exclude_archived: true,
    })
    expect(channels?.map((one) => one.name)).toEqual(['requests', 'security'])
  })

  it('lists members by pages', async () => {
    const workspace = await makeWorkspace()
    const members = ['ann', 'lee', 'kim'].map((name) => workspace.person(name))
    const { id: channel } = workspace.channel('requests', { members, bot: false })
    const client = makeClient(workspace)
    const pages: (string[] | undefined)[] = []
    for await (const page of client.paginate('conversations.members', { channel, limit: 2 })) {
      pages.push((page as { members?: string[] }).members)
    }
    expect(pages).toEqual([['U0ANN', 'U0LEE'], ['U0KIM']])
  })
})

describe('posting', () => {
  it('is refused where the channel is archived', async () => {
    const workspace = await makeWorkspace()
    const { id: channel } = workspace.channel('requests', { archived: true })
    expect(await failing(makeClient(workspace).chat.postMessage({ channel, text: 'hi' }))).toBe('is_archived')
  })

  it('is refused after the bot was removed, and works again after it was invited', async () => {
    const workspace = await makeWorkspace()
    const channel = workspace.channel('requests')
    const client = makeClient(workspace)
    workspace.admin.removes(workspace.bot, channel)
    expect(await failing(client.chat.postMessage({ channel: channel.id, text: 'hi' }))).toBe('not_in_channel')
    workspace.admin.invites(workspace.bot, channel)
    expect(await failing(client.chat.postMessage({ channel: channel.id, text: 'hi' }))).toBe('ok')
  })

  it('is allowed in public channels without membership under chat:write.public', async () => {
    const { manifest } = await import('./manifest.ts')
    const wider = manifest.replace('      - chat:write', '      - chat:write\n      - chat:write.public')
    const workspace = await makeWorkspace({ manifest: wider })
    const { id: channel } = workspace.channel('requests', { bot: false })
    expect(await failing(makeClient(workspace).chat.postMessage({ channel, text: 'hi' }))).toBe('ok')
  })

  it('to a person goes to the direct conversation, whether it was opened before or not', async () => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann')
    const client = makeClient(workspace)
    await client.chat.postMessage({ channel: ann.id, text: 'by person' })
    const { channel } = await client.conversations.open({ users: ann.id })
    await client.chat.postMessage({ channel: channel?.id ?? '', text: 'by conversation' })
    expect(ann.dms.map((message) => message.plain)).toEqual(['by person', 'by conversation'])
  })

  it('to a person is refused if the manifest has no messages tab', async () => {
    const { manifest } = await import('./manifest.ts')
    const without = manifest.replace('messages_tab_enabled: true', 'messages_tab_enabled: false')
    const workspace = await makeWorkspace({ manifest: without })
    const { id: channel } = workspace.person('ann')
    expect(await failing(makeClient(workspace).chat.postMessage({ channel, text: 'hi' }))).toBe('messages_tab_disabled')
  })

  it('to somebody deactivated, to a bot, to nobody is refused', async () => {
    const workspace = await makeWorkspace()
    const gone = workspace.person('gone', { standing: 'deactivated' })
    const robot = workspace.person('robot', { standing: 'bot' })
    const { chat, conversations } = makeClient(workspace)
    expect(await failing(conversations.open({ users: gone.id }))).toBe('user_disabled')
    expect(await failing(chat.postMessage({ channel: gone.id, text: 'hi' }))).toBe('user_disabled')
    expect(await failing(conversations.open({ users: robot.id }))).toBe('cannot_dm_bot')
    expect(await failing(conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found')
    expect(await failing(chat.postMessage({ channel: 'U0NOBODY', text: 'hi' }))).toBe('channel_not_found')
  })

  it('to somebody who is deactivated later is refused from then on', async () => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann')
    const { chat } = makeClient(workspace)
    await chat.postMessage({ channel: ann.dm.id, text: 'hi' })
    await workspace.admin.deactivates(ann)
    expect(await failing(chat.postMessage({ channel: ann.dm.id, text: 'hi' }))).toBe('user_disabled')
  })
})
