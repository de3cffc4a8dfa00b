import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { itWithShared, readShared } from '../support/shared.ts'
import { makeClient, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'
import { manifest, manifestWithout } from './manifest.ts'
import { keys } from './shape.ts'

const readingTheTeam = manifest.replace(
  '      - users:read\n',
  '      - users:read\n      - team:read\n      - team.preferences:read\n',
)

describe('tokens', () => {
  it('answers auth.test for the bot token, and tells its scopes in a header', async () => {
    const workspace = await makeWorkspace()
    const answer = await makeClient(workspace).auth.test()
    expect(answer).toMatchObject({ ok: true, team_id: workspace.teamId, user_id: workspace.bot.id })
    expect(answer.response_metadata?.scopes).toContain('chat:write')
  })

  it('refuses a wrong token, no token, and the token of the other kind', async () => {
    const workspace = await makeWorkspace()
    expect(await failing(makeClient(workspace, 'xoxb-wrong').auth.test())).toBe('invalid_auth')
    expect(await failing(makeClient(workspace, '').auth.test())).toBe('not_authed')
    expect(await failing(makeClient(workspace, workspace.appToken).auth.test())).toBe('not_allowed_token_type')
    expect(await failing(makeClient(workspace).apps.connections.open({}))).toBe('not_allowed_token_type')
  })

  it('takes the token from the form as well as from the header, and arguments as JSON', async () => {
    const workspace = await makeWorkspace()
    const { id: user } = workspace.person('ann')
    const form = await fetch(`${workspace.apiUrl}users.info`, {
      method: 'POST',
      body: new URLSearchParams({ token: workspace.botToken, user }),
    })
    expect(await form.json()).toMatchObject({ ok: true, user: { id: user } })
    const json = await fetch(`${workspace.apiUrl}users.info`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.botToken}` },
      body: JSON.stringify({ user }),
    })
    expect(await json.json()).toMatchObject({ ok: true, user: { id: user } })
  })
})

describe('scopes of the manifest', () => {
  it.each([
    ['chat:write', 'chat.postMessage', { channel: 'C0REQUESTS', text: 'hi' }],
    ['users:read', 'users.info', { user: 'U0ANN' }],
    ['users:read.email', 'users.lookupByEmail', { email: 'ann@example.com' }],
    ['usergroups:read', 'usergroups.users.list', { usergroup: 'S0ENG' }],
    ['channels:read', 'conversations.info', { channel: 'C0REQUESTS' }],
    ['im:write', 'conversations.open', { users: 'U0ANN' }],
  ])('without %s, %s is refused', async (scope, method, args) => {
    const workspace = await makeWorkspace({ manifest: manifestWithout(`- ${scope}`) })
    const members = [workspace.person('ann')]
    workspace.channel('requests', { members })
    workspace.group('eng', { members })
    const call = makeClient(workspace).apiCall(method, args)
    await expect(call).rejects.toMatchObject({ data: { error: 'missing_scope', needed: scope } })
    const whole = makeClient(await withAll()).apiCall(method, args)
    await expect(whole).resolves.toMatchObject({ ok: true })
  })

  it('asks for the scope that fits the kind of channel', async () => {
    const workspace = await makeWorkspace({ manifest: manifestWithout('- groups:read') })
    const ann = workspace.person('ann')
    workspace.channel('security', { private: true })
    const client = makeClient(workspace)
    await expect(client.conversations.info({ channel: 'C0SECURITY' })).rejects.toMatchObject({
      data: { needed: 'groups:read' },
    })
    await expect(client.conversations.info({ channel: ann.dm.id })).rejects.toMatchObject({
      data: { needed: 'im:read' },
    })
    await expect(client.conversations.list({ types: 'private_channel' })).rejects.toMatchObject({
      data: { needed: 'groups:read' },
    })
  })

  it('leaves e-mail addresses out without users:read.email', async () => {
    const workspace = await makeWorkspace({ manifest: manifestWithout('- users:read.email') })
    const { id: user } = workspace.person('ann')
    const { user: shown } = await makeClient(workspace).users.info({ user })
    expect(shown?.profile).not.toHaveProperty('email')
  })

  async function withAll() {
    const workspace = await makeWorkspace()
    const members = [workspace.person('ann')]
    workspace.channel('requests', { members })
    workspace.group('eng', { members })
    return workspace
  }
})

describe('arguments', () => {
  it('does not know other methods', async () => {
    const client = makeClient(await makeWorkspace())
    expect(await failing(client.apiCall('chat.meMessage'))).toBe('unknown_method')
  })

  it('names the argument that is missing', async () => {
    const client = makeClient(await makeWorkspace())
    await expect(client.apiCall('users.info')).rejects.toMatchObject({
      data: {
        error: 'invalid_arguments',
        response_metadata: { messages: ['[ERROR] missing required field: user'] },
      },
    })
  })

  it('refuses a JSON body that is none', async () => {
    const workspace = await makeWorkspace()
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${workspace.botToken}` }
    const answer = await fetch(`${workspace.apiUrl}auth.test`, { method: 'POST', headers, body: '{' })
    expect(await answer.json()).toEqual({ ok: false, error: 'invalid_json' })
  })
})

describe('what the bot may ask of its workspace', () => {
  it('is its own bot, and no other', async () => {
    const { bots } = makeClient(await makeWorkspace())
    expect((await bots.info({ bot: 'B0BREAKGLASS' })).bot).toMatchObject({ name: 'breakglass', app_id: 'A0BREAKGLASS' })
    expect(await failing(bots.info({ bot: 'B0OTHER' }))).toBe('bot_not_found')
  })

  it('is the name of the team and of its organisation, with the scope for it', async () => {
    const enterprise = { id: 'E0ORG', name: 'org' }
    const { team } = makeClient(await makeWorkspace({ manifest: readingTheTeam, enterprise }))
    const expected = { id: 'T0WORKSPACE', domain: 'embedded-workspace', enterprise_id: 'E0ORG' }
    expect((await team.info()).team).toMatchObject(expected)
    const without = makeClient(await makeWorkspace()).team
    expect(await failing(without.info())).toBe('missing_scope')
    expect(await failing(without.preferences.list())).toBe('missing_scope')
  })

  it('are the few preferences that Slack tells, and not who may edit user groups', async () => {
    const { team } = makeClient(await makeWorkspace({ manifest: readingTheTeam }))
    const { ok: _ok, response_metadata: _more, ...told } = await team.preferences.list()
    expect(Object.keys(told).toSorted()).toEqual([
      'allow_message_deletion',
      'disable_file_uploads',
      'display_real_names',
      'msg_edit_window_mins',
      'who_can_post_general',
    ])
  })

  it('is whether Slack is there at all, without a token', async () => {
    const workspace = await makeWorkspace()
    const call = (body: string) => fetch(`${workspace.apiUrl}api.test`, { method: 'POST', body })
    expect(await (await call('')).json()).toMatchObject({ ok: true })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const refused = await fetch(`${workspace.apiUrl}api.test`, { method: 'POST', headers, body: 'error=my_error' })
    expect(await refused.json()).toMatchObject({ ok: false, error: 'my_error' })
  })
})

describe('the record of calls', () => {
  it('keeps method, arguments, instant and answer, but no token', async () => {
    const workspace = await makeWorkspace({ now: () => 1_000 })
    workspace.channel('requests')
    const client = makeClient(workspace)
    const blocks = [{ type: 'divider' }]
    await client.chat.postMessage({ channel: 'C0REQUESTS', text: 'hi', blocks })
    await failing(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'hi' }))
    expect(workspace.callsTo('chat.postMessage')).toEqual([
      { method: 'chat.postMessage', args: { channel: 'C0REQUESTS', text: 'hi', blocks }, at: 1_000, answer: 'ok' },
      {
        method: 'chat.postMessage',
        args: { channel: 'C0NOWHERE', text: 'hi' },
        at: 1_000,
        answer: 'channel_not_found',
      },
    ])
    workspace.forgetsCalls()
    expect(workspace.calls).toEqual([])
  })
})

describe('shapes', () => {
  itWithShared.each([
    ['auth.test', {}],
    ['users.info', { user: 'U0ANN' }],
    ['users.list', {}],
    ['users.lookupByEmail', { email: 'ann@example.com' }],
    ['usergroups.list', { include_users: true }],
    ['usergroups.users.list', { usergroup: 'S0ENG' }],
    ['conversations.info', { channel: 'C0REQUESTS' }],
    ['conversations.list', {}],
    ['conversations.members', { channel: 'C0REQUESTS' }],
    ['chat.getPermalink', { channel: 'C0REQUESTS', message_ts: '' }],
    ['chat.postEphemeral', { channel: 'C0REQUESTS', user: 'U0ANN', text: 'hi' }],
    ['bots.info', { bot: 'B0BREAKGLASS' }],
    ['team.info', {}],
  ])('%s answers nothing that Slack does not answer', async (method, args) => {
    const workspace = await makeWorkspace({ manifest: readingTheTeam })
    const members = [workspace.person('ann')]
    workspace.channel('requests', { members })
    workspace.group('eng', { members })
    const client = makeClient(workspace)
    const { ts } = await client.chat.postMessage({ channel: 'C0REQUESTS', text: 'hi' })
    const whole = 'message_ts' in args ? { ...args, message_ts: ts } : args
    const { response_metadata: _added, ...answer } = await client.apiCall(method, whole)
    expect(keys(readShared(`samples/api.${method}.json`))).toEqual(expect.arrayContaining(keys(answer)))
  })
})

it('answers more than a thousand calls a second', async () => {
  const workspace = await makeWorkspace()
  workspace.channel('requests')
  const calls = 2_000
  const body = new URLSearchParams({
    channel: 'C0REQUESTS',
    text: 'hi',
    blocks: JSON.stringify([{ type: 'section', text: { type: 'mrkdwn', text: 'hi' } }]),
  }).toString()
  const { hostname, port } = new URL(workspace.apiUrl)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  const request = [
    'POST /api/chat.postMessage HTTP/1.1',
    'host: slack',
    `authorization: Bearer ${workspace.botToken}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
  // The processor's time, not the clock's: other work on the machine must not decide.
  const before = process.cpuUsage()
  socket.write(request.repeat(calls))
  while (workspace.calls.length < calls) await once(socket, 'data')
  const { user, system } = process.cpuUsage(before)
  expect(workspace.calls.every(({ answer }) => answer === 'ok')).toBe(true)
  expect(calls / ((user + system) / 1_000_000)).toBeGreaterThan(1_000)
})
