import { describe, expect, it } from 'vitest'
import { itWithShared, readShared } from '../support/shared.ts'
import { makeClient, makeClock, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'
import { manifest } from './manifest.ts'

async function makeChannel() {
  const clock = makeClock()
  const workspace = await makeWorkspace({ now: clock.now, realisticRates: true, manifest: readingTheTeam })
  const ann = workspace.person('ann')
  const { id: channel } = workspace.channel('requests', { members: [ann] })
  workspace.group('eng', { members: [ann] })
  const client = makeClient(workspace)
  const post = (to = channel) => client.chat.postMessage({ channel: to, text: 'hi' })
  return { workspace, clock, ann, client, post }
}

const readingTheTeam = manifest.replace('      - users:read\n', '      - users:read\n      - team:read\n')

describe('realistic rates', () => {
  it('let a channel take a burst, then about one message a second', async () => {
    const { workspace, client, post, clock } = await makeChannel()
    for (let count = 0; count < 5; count += 1) await post()
    await expect(post()).rejects.toMatchObject({ retryAfter: 1 })
    const other = workspace.channel('other')
    expect(await failing(client.chat.postMessage({ channel: other.id, text: 'hi' }))).toBe('ok')
    clock.passes(1_000)
    expect(await failing(post())).toBe('ok')
    await expect(post()).rejects.toMatchObject({ retryAfter: 1 })
  })

  it('count a person and the direct conversation with that person as one', async () => {
    const { ann, post } = await makeChannel()
    for (const to of [ann.id, ann.dm.id, ann.id, ann.dm.id, ann.id]) await post(to)
    await expect(post(ann.dm.id)).rejects.toMatchObject({ retryAfter: 1 })
  })

  it('let 300 messages a minute be posted in the whole workspace', async () => {
    const { workspace, post, clock } = await makeChannel()
    const channels = Array.from({ length: 61 }, (_none, at) => workspace.channel(`c${at}`).id)
    const answers = await Promise.all(channels.flatMap((id) => Array.from({ length: 5 }, () => failing(post(id)))))
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(300)
    expect(workspace.calls.at(-1)?.answer).toBe('ratelimited')
    clock.passes(200)
    expect(await failing(post())).toBe('ok')
    await expect(post()).rejects.toMatchObject({ retryAfter: 1 })
  })

  it('say how long to wait, until one more is allowed', async () => {
    const { client, clock } = await makeChannel()
    const call = () => client.usergroups.list()
    await Promise.all(Array.from({ length: 20 }, call))
    await expect(call()).rejects.toMatchObject({ retryAfter: 3 })
    clock.passes(2_999)
    await expect(call()).rejects.toMatchObject({ retryAfter: 1 })
    clock.passes(1)
    expect(await failing(call())).toBe('ok')
  })

  it('are turned on and off while the workspace runs', async () => {
    const { workspace, post } = await makeChannel()
    const posts = () => Promise.all(Array.from({ length: 10 }, () => failing(post())))
    workspace.limitsRates(false)
    expect(await posts()).toEqual(Array(10).fill('ok'))
    workspace.limitsRates(true)
    expect((await posts()).filter((answer) => answer === 'ok')).toHaveLength(5)
  })

  const methods = {
    'bots.info': { bot: 'B0BREAKGLASS' },
    'chat.postEphemeral': { channel: 'C0REQUESTS', user: 'U0ANN', text: 'hi' },
    'chat.update': { channel: 'C0REQUESTS', ts: '', text: 'hi' },
    'conversations.info': { channel: 'C0REQUESTS' },
    'conversations.list': {},
    'conversations.members': { channel: 'C0REQUESTS' },
    'conversations.open': { users: 'U0ANN' },
    'team.info': {},
    'usergroups.list': {},
    'usergroups.users.list': { usergroup: 'S0ENG' },
    'users.info': { user: 'U0ANN' },
    'users.list': {},
    'users.lookupByEmail': { email: 'ann@example.com' },
    'views.publish': { user_id: 'U0ANN', view: { type: 'home', blocks: [{ type: 'divider' }] } },
  }
  const tiers = readShared('methods.json') as Record<string, { tier: string }>

  itWithShared.each(Object.entries(methods))('let %s be called as often as Slack documents', async (method, args) => {
    const perMinute = Number(/(\d+)\+ per minute/.exec(tiers[method]?.tier ?? '')?.[1])
    const { client, post, clock } = await makeChannel()
    const { ts } = await post()
    const call = () => failing(client.apiCall(method, 'ts' in args ? { ...args, ts } : args))
    const answers = await Promise.all(Array.from({ length: perMinute + 1 }, call))
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(perMinute)
    clock.passes(60_000)
    expect(await call()).toBe('ok')
  })
})
