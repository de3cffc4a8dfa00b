import { describe, expect, it } from 'vitest'
import type { Standing } from '../../src/workspace/member.ts'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'
import { failing } from './failing.ts'
import { manifest } from './manifest.ts'

describe('users.info', () => {
  const plain = {
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    team_id: 'T0WORKSPACE',
  }

  it.each<[Standing, object]>([
    ['member', { ...plain, is_admin: false, is_email_confirmed: true }],
    ['admin', { ...plain, is_admin: true }],
    ['guest', { ...plain, is_restricted: true }],
    ['single-channel guest', { ...plain, is_restricted: true, is_ultra_restricted: true }],
    ['stranger', { ...plain, is_stranger: true, team_id: 'T0ELSEWHERE' }],
    ['bot', { ...plain, is_bot: true }],
    ['deactivated', { ...plain, deleted: true }],
    ['invited', { ...plain, is_invited_user: true, is_email_confirmed: false }],
    ['unconfirmed', { ...plain, is_email_confirmed: false }],
  ])('tells a %s', async (standing, expected) => {
    const workspace = await makeWorkspace()
    const { id } = workspace.person('ann', { standing })
    const { user } = await makeClient(workspace).users.info({ user: id })
    expect(user).toMatchObject({ id: 'U0ANN', name: 'ann', ...expected })
  })

  it('does not tell the e-mail address of a stranger', async () => {
    const workspace = await makeWorkspace()
    const { id } = workspace.person('eve', { standing: 'stranger' })
    const { user } = await makeClient(workspace).users.info({ user: id })
    expect(user?.profile).not.toHaveProperty('email')
  })

  it('knows nobody else', async () => {
    const client = makeClient(await makeWorkspace())
    expect(await failing(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found')
  })

  it('takes names, addresses and ids from the test', async () => {
    const workspace = await makeWorkspace()
    workspace.person('ann', { id: 'W0GRID', email: 'a.smith@corp.example', realName: 'Ann Smith', teamId: 'E0ORG' })
    const { user } = await makeClient(workspace).users.info({ user: 'W0GRID' })
    expect(user).toMatchObject({ team_id: 'E0ORG', profile: { real_name: 'Ann Smith', email: 'a.smith@corp.example' } })
  })
})

describe('users.lookupByEmail', () => {
  it('finds a person by the address they have now, in any case', async () => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann')
    const { users } = makeClient(workspace)
    expect((await users.lookupByEmail({ email: 'ANN@example.com' })).user?.id).toBe('U0ANN')
    await workspace.admin.changesEmail(ann, 'ann@other.example')
    expect(await failing(users.lookupByEmail({ email: 'ann@example.com' }))).toBe('users_not_found')
    expect((await users.lookupByEmail({ email: 'ann@other.example' })).user?.id).toBe('U0ANN')
  })

  it('does not find people who are deactivated or strangers', async () => {
    const workspace = await makeWorkspace()
    workspace.person('gone', { standing: 'deactivated' })
    workspace.person('eve', { standing: 'stranger' })
    const { users } = makeClient(workspace)
    expect(await failing(users.lookupByEmail({ email: 'gone@example.com' }))).toBe('users_not_found')
    expect(await failing(users.lookupByEmail({ email: 'eve@example.com' }))).toBe('users_not_found')
  })
})

describe('what people cannot do in Slack', () => {
  it('strangers run no commands, but press buttons in shared channels', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace)
    const eve = workspace.person('eve', { standing: 'stranger' })
    const partners = workspace.channel('partners', { shared: true, members: [eve] })
    await expect(eve.types('/breakglass', { in: partners })).rejects.toThrow('eve cannot run commands')
    const elements = [
      { type: 'button' as const, action_id: 'approve', text: { type: 'plain_text' as const, text: 'Yes' } },
    ]
    const blocks = [{ type: 'actions' as const, elements }]
    await makeClient(workspace).chat.postMessage({ channel: partners.id, text: 'card', blocks })
    const { delivery } = await eve.presses('approve', eve.sees(partners)[0]!)
    expect(delivery?.payload).toMatchObject({
      user: { id: 'U0EVE', team_id: 'T0ELSEWHERE' },
      team: { id: 'T0WORKSPACE' },
    })
  })

  it('guests run commands', async () => {
    const workspace = await makeWorkspace()
    await startBareBot(workspace)
    const guest = workspace.person('guest', { standing: 'guest' })
    expect(await guest.types('/breakglass')).toMatchObject({ acknowledged: true })
  })

  it.each<[Standing, string]>([
    ['deactivated', 'is deactivated'],
    ['invited', 'has not accepted the invitation yet'],
    ['bot', 'is a bot'],
  ])('%s people do nothing at all', async (standing, why) => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann', { standing })
    await expect(ann.types('/breakglass')).rejects.toThrow(why)
    expect(() => ann.dms).toThrow(why)
  })

  it('nobody writes in an archived channel, or to a bot whose messages tab is read-only', async () => {
    const readOnly = manifest.replace(/messages_tab_enabled: true/, '$&\n    messages_tab_read_only_enabled: true')
    const workspace = await makeWorkspace({ manifest: readOnly })
    const ann = workspace.person('ann')
    const old = workspace.channel('old', { archived: true, members: [ann] })
    await expect(ann.types('/breakglass')).rejects.toThrow('messages tab off or read-only')
    await expect(ann.types('/breakglass', { in: old })).rejects.toThrow('ann cannot write in #old: it is archived')
    expect(() => ann.says('hi', { in: old })).toThrow('it is archived')
  })

  it('nobody runs a command that the manifest does not have', async () => {
    const workspace = await makeWorkspace()
    await expect(workspace.person('ann').types('/other')).rejects.toThrow('the manifest has no such command')
  })
})

describe('user groups', () => {
  it('are listed, with their members if asked for', async () => {
    const workspace = await makeWorkspace()
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    workspace.group('eng', { members: [ann, lee] })
    const { usergroups } = makeClient(workspace)
    expect((await usergroups.list()).usergroups).toMatchObject([{ id: 'S0ENG', handle: 'eng', user_count: 2 }])
    expect((await usergroups.list({ include_users: true })).usergroups?.[0]?.users).toEqual(['U0ANN', 'U0LEE'])
    expect((await usergroups.users.list({ usergroup: 'S0ENG' })).users).toEqual(['U0ANN', 'U0LEE'])
  })

  it('that are disabled or unknown are no subteams', async () => {
    const workspace = await makeWorkspace()
    const eng = workspace.group('eng')
    workspace.admin.disablesGroup(eng)
    const { usergroups } = makeClient(workspace)
    expect((await usergroups.list()).usergroups).toEqual([])
    expect(await failing(usergroups.users.list({ usergroup: 'S0ENG' }))).toBe('no_such_subteam')
    expect(await failing(usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam')
  })

  it('say each for itself whether everybody may edit them', async () => {
    const subscribed = manifest.replace('      - user_change\n', '      - user_change\n      - subteam_updated\n')
    const workspace = await makeWorkspace({ manifest: subscribed })
    const received = await startBareBot(workspace)
    const eng = workspace.group('eng')
    workspace.group('leads', { protection: { isFromIdp: true } })
    const { usergroups } = makeClient(workspace)
    const guarded = async () =>
      (await usergroups.list()).usergroups?.map((one) => {
        const { is_idp_group, is_membership_locked, is_editing_restricted } = one as Record<string, unknown>
        return [is_idp_group, is_membership_locked, is_editing_restricted]
      })
    const open = [false, false, false]
    const fromIdp = [true, false, false]
    expect(await guarded()).toEqual([open, fromIdp])
    await workspace.admin.protectsGroup(eng, { isMembershipLocked: true, isEditingRestricted: true })
    expect(await guarded()).toEqual([[false, true, true], fromIdp])
    expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({
      event: { type: 'subteam_updated', subteam: { id: 'S0ENG', is_editing_restricted: true } },
    })
  })

  it('tell the bot who came and who went', async () => {
    const workspace = await makeWorkspace()
    const received = await startBareBot(workspace)
    const [ann, lee, kim] = ['ann', 'lee', 'kim'].map((name) => workspace.person(name))
    const eng = workspace.group('eng', { members: [ann!, lee!] })
    await workspace.admin.changesGroup(eng, [lee!, kim!])
    expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({
      event: {
        type: 'subteam_members_changed',
        subteam_id: 'S0ENG',
        added_users: ['U0KIM'],
        added_users_count: '1',
        removed_users: ['U0ANN'],
        removed_users_count: '1',
      },
    })
    const { users } = await makeClient(workspace).usergroups.users.list({ usergroup: 'S0ENG' })
    expect(users).toEqual(['U0LEE', 'U0KIM'])
  })
})

describe('a person', () => {
  it('is the same person each time', async () => {
    const workspace = await makeWorkspace()
    expect(workspace.person('ann')).toBe(workspace.person('ann'))
    expect(() => workspace.person('other', { id: 'U0ANN' })).toThrow('somebody has the id U0ANN already')
  })
})
