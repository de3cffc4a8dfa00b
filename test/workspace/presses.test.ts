import { describe, expect, it } from 'vitest'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { itWithShared, readShared } from '../support/shared.ts'
import { makeClient, makeWorkspace, startBareBot } from './bot.ts'
import { paths } from './shape.ts'

const text = (value: string) => ({ type: 'plain_text', text: value }) as const
const button = (actionId: string, more: object = {}) => ({
  type: 'button' as const,
  action_id: actionId,
  text: text(actionId),
  value: `value of ${actionId}`,
  ...more,
})
const card = (...elements: object[]) => [{ type: 'actions', block_id: 'decide', elements }]
const recorded = readShared('recorded/modals_slack.json') as { action: object; ephemeralAction: object }

async function makeCard(...elements: object[]) {
  const workspace = await makeWorkspace()
  const received = await startBareBot(workspace)
  const lee = workspace.person('lee')
  const requests = workspace.channel('requests', { members: [lee] })
  const { chat } = makeClient(workspace)
  const post = (blocks: object[], more: object = {}) =>
    chat.postMessage({ channel: requests.id, text: 'card', blocks: blocks as never, ...more })
  const { ts = '' } = await post(card(...elements))
  const redraw = (blocks: object[]) => chat.update({ channel: requests.id, ts, text: 'card', blocks: blocks as never })
  const payload = () => JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? '{}') as object
  return { workspace, received, lee, requests, chat, post, redraw, ts, payload, seen: lee.sees(requests)[0]! }
}

describe('a press', () => {
  itWithShared('reaches the bot in the shape that was recorded', async () => {
    const { lee, post, ts, payload, requests } = await makeCard(button('approve'))
    await post(card(button('feedback', { value: undefined })), { thread_ts: ts })
    await lee.presses('feedback', lee.sees(requests)[1]!)
    const shape = (value: object) =>
      paths(value).filter((path) => !path.includes('message.blocks') && !path.includes('actions[].text'))
    expect(shape(payload()).toSorted()).toEqual(shape(recorded.action).toSorted())
  })

  itWithShared('on an ephemeral message tells so, and does not show the message again', async () => {
    const { workspace, lee, requests, payload } = await makeCard(button('approve'))
    const { delivery } = await lee.types('/breakglass', { in: requests })
    await fetch(String(delivery?.payload.response_url), {
      method: 'POST',
      body: JSON.stringify({ blocks: card(button('ephemeral_modal', { value: undefined, style: 'primary' })) }),
    })
    await lee.presses('ephemeral_modal', lee.sees(requests)[1]!)
    expect(payload()).toMatchObject({ container: { is_ephemeral: true }, user: { id: lee.id } })
    const shape = (value: object) => paths(value).filter((path) => !path.includes('thread_ts'))
    expect(shape(payload()).toSorted()).toEqual(shape(recorded.ephemeralAction).toSorted())
    expect(workspace.everShown(requests)).toHaveLength(2)
  })

  it('carries the value of the button, and the name of the channel', async () => {
    const { lee, seen, ts, payload } = await makeCard(button('approve'), button('deny'))
    await lee.presses('deny', seen)
    expect(payload()).toMatchObject({
      user: { id: 'U0LEE', team_id: 'T0WORKSPACE' },
      channel: { id: 'C0REQUESTS', name: 'requests' },
      message: { ts, blocks: card({ action_id: 'approve' }, { action_id: 'deny' }) },
      actions: [{ type: 'button', block_id: 'decide', action_id: 'deny', value: 'value of deny' }],
    })
  })

  it('on an Enterprise Grid names the organisation, and people may belong to it instead of the workspace', async () => {
    const enterprise = { id: 'E0ORG', name: 'org' }
    const workspace = await makeWorkspace({ enterprise })
    await startBareBot(workspace)
    const lee = workspace.person('lee', { teamId: 'E0ORG' })
    await makeClient(workspace).chat.postMessage({ channel: lee.id, text: 'card', blocks: card(button('go')) as never })
    const { delivery } = await lee.presses('go', lee.dms[0]!)
    expect(delivery?.payload).toMatchObject({
      enterprise,
      team: { id: 'T0WORKSPACE', enterprise_id: 'E0ORG', enterprise_name: 'org' },
      user: { team_id: 'E0ORG' },
      channel: { id: 'D0LEE', name: 'directmessage' },
    })
  })

  it('of a button with a confirmation goes through the dialogue, and is not sent after no', async () => {
    const confirm = { title: text('Sure?'), text: text('It is dangerous'), confirm: text('Yes'), deny: text('No') }
    const { lee, seen, received } = await makeCard(button('approve', { confirm }), button('deny'))
    expect(seen.buttons[0]).toMatchObject({ actionId: 'approve', confirm: 'It is dangerous' })
    await lee.presses('approve', seen, { confirm: false })
    expect(received).toHaveLength(0)
    await lee.presses('approve', seen, { confirm: true })
    expect(received).toHaveLength(1)
    await expect(lee.presses('approve', seen)).rejects.toThrow('unless “Sure?” is answered')
    await expect(lee.presses('deny', seen, { confirm: false })).rejects.toThrow('asks for no confirmation')
    expect(received).toHaveLength(1)
  })

  it('chooses from a menu what the menu offers', async () => {
    const option = { text: text('15 minutes'), value: '15m' }
    const { lee, seen, payload } = await makeCard({ type: 'static_select', action_id: 'ttl', options: [option] })
    await lee.presses('ttl', seen, { option: '15m' })
    const [action] = (payload() as { actions: object[] }).actions
    expect(action).toMatchObject({ type: 'static_select', action_id: 'ttl', selected_option: { value: '15m' } })
    expect(action).not.toHaveProperty('options')
    await expect(lee.presses('ttl', seen, { option: '9h' })).rejects.toThrow('“9h” is not offered; offered are: 15m')
  })

  it('that nobody acknowledges shows an error to that person', async () => {
    const { workspace, lee, requests, seen } = await makeCard(button('approve'))
    await startBareBot(workspace, (_received, response) => response.writeHead(500).end())
    expect(await lee.presses('approve', seen)).toMatchObject({ acknowledged: false, error: 'dispatch_failed' })
    expect(lee.sees(requests).at(-1)).toMatchObject({ isEphemeral: true, author: 'USLACKBOT' })
  })
})

describe('only what is visible can be pressed', () => {
  it('and not what is gone from the message since it was seen', async () => {
    const { lee, seen, redraw } = await makeCard(button('approve'), button('deny'))
    await redraw(card(button('deny')))
    await expect(lee.presses('approve', seen)).rejects.toThrow(
      'lee cannot press “approve”: what can be pressed there now is deny',
    )
    await redraw([{ type: 'divider' }])
    await expect(lee.presses('deny', seen)).rejects.toThrow('what can be pressed there now is nothing')
  })

  it('and what came with the latest look can, with its new value', async () => {
    const { lee, seen, redraw, payload } = await makeCard(button('approve'))
    await redraw(card(button('approve', { value: 'newer' })))
    await lee.presses('approve', seen)
    expect(payload()).toMatchObject({ actions: [{ value: 'newer' }] })
  })

  it('and not on a message that was deleted', async () => {
    const { lee, seen, chat, requests, ts } = await makeCard(button('approve'))
    await chat.delete({ channel: requests.id, ts })
    await expect(lee.presses('approve', seen)).rejects.toThrow('lee cannot see that message any more')
  })

  it('and not in a channel where the person is not', async () => {
    const { workspace, lee, seen, requests } = await makeCard(button('approve'))
    const kim = workspace.person('kim')
    await expect(kim.presses('approve', seen)).rejects.toThrow('kim cannot look into #requests: not a member')
    workspace.admin.removes(lee, requests)
    await expect(lee.presses('approve', seen)).rejects.toThrow('not a member')
  })

  it('and not on an ephemeral message for somebody else, or after a reload', async () => {
    const { workspace, lee, requests } = await makeCard(button('approve'))
    const kim = workspace.person('kim')
    workspace.admin.invites(kim, requests)
    const { delivery } = await lee.types('/breakglass', { in: requests })
    await fetch(String(delivery?.payload.response_url), {
      method: 'POST',
      body: JSON.stringify({ blocks: card(button('cancel')) }),
    })
    const [, ephemeral] = lee.sees(requests) as [SeenMessage, SeenMessage]
    await expect(kim.presses('cancel', ephemeral)).rejects.toThrow('kim cannot see that message any more')
    lee.reloads()
    await expect(lee.presses('cancel', ephemeral)).rejects.toThrow('lee cannot see that message any more')
  })

  it('and of two with one action id the person must say which', async () => {
    const { lee, requests, post, payload } = await makeCard(button('approve'))
    const row = (value: string) => ({
      type: 'section',
      block_id: value,
      text: text(value),
      accessory: button('end_early', { value }),
    })
    await post([row('one'), row('two')])
    const list = lee.sees(requests)[1]!
    await expect(lee.presses('end_early', list)).rejects.toThrow('say its value or blockId')
    await lee.presses('end_early', list, { value: 'two' })
    expect(payload()).toMatchObject({ actions: [{ block_id: 'two', value: 'two' }] })
    await lee.presses('end_early', list, { blockId: 'one' })
    expect(payload()).toMatchObject({ actions: [{ block_id: 'one', value: 'one' }] })
  })

  it('and only if the manifest makes the app interactive', async () => {
    const { manifest } = await import('./manifest.ts')
    const workspace = await makeWorkspace({ manifest: manifest.replace('is_enabled: true', 'is_enabled: false') })
    const lee = workspace.person('lee')
    const blocks = card(button('approve')) as never
    await makeClient(workspace).chat.postMessage({ channel: lee.id, text: 'card', blocks })
    await expect(lee.presses('approve', lee.dms[0]!)).rejects.toThrow('the manifest turns it off')
  })
})

describe('a forger', () => {
  it('starts from the payload of a real press', async () => {
    const { workspace, lee, seen, payload } = await makeCard(button('approve'))
    const real = lee.payloadOf('approve', seen)
    await workspace.delivers({ ...real, user: { id: 'U0KIM' } })
    expect(payload()).toMatchObject({ user: { id: 'U0KIM' }, actions: [{ action_id: 'approve' }] })
  })
})
