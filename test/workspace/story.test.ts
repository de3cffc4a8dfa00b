import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { App, BlockAction } from '@slack/bolt'
import { describe, expect, it } from 'vitest'
import { type Mode, makeWorkspace, startBot } from './bot.ts'

const plain = (text: string) => ({ type: 'plain_text' as const, text })

/** A tiny access bot: a command opens a modal, its submission posts a card, a press redraws it and tells the person. */
function listen(app: App): void {
  app.command('/breakglass', async ({ ack, client, command }) => {
    await ack()
    const element = { type: 'plain_text_input' as const, action_id: 'reason' }
    const blocks = [{ type: 'input' as const, block_id: 'reason', label: plain('Reason'), element }]
    const view = { type: 'modal' as const, callback_id: 'request', title: plain('Ask'), submit: plain('Ask'), blocks }
    await client.views.open({ trigger_id: command.trigger_id, view })
  })
  app.view('request', async ({ ack, client, body, view }) => {
    const reason = view.state.values.reason?.reason?.value ?? ''
    if (!reason.startsWith('INC-')) {
      await ack({ response_action: 'errors', errors: { reason: 'Name the incident' } })
      return
    }
    await ack()
    const elements = ['approve', 'deny'].map((id) => ({
      type: 'button' as const,
      action_id: id,
      text: plain(id),
      value: body.user.id,
    }))
    const blocks = [
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text: `<@${body.user.id}> asks: ${reason}` } },
      { type: 'actions' as const, elements },
    ]
    await client.chat.postMessage({ channel: 'C0REQUESTS', text: 'A request', blocks })
  })
  app.action<BlockAction>('approve', async ({ ack, client, body, respond, action }) => {
    await ack()
    const requester = 'value' in action ? String(action.value) : ''
    if (requester === body.user.id) {
      await respond({ text: 'Not your own', replace_original: false })
      return
    }
    await respond({ text: `approved by <@${body.user.id}>`, replace_original: true })
    await client.chat.postMessage({ channel: requester, text: 'You have access' })
  })
}

describe.each<Mode>(['HTTP', 'Socket Mode'])('over %s', (mode) => {
  it('a night with one incident', async () => {
    const workspace = await makeWorkspace()
    const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
    const requests = workspace.channel('requests', { private: true, members: [ann, lee] })
    await startBot(workspace, mode, listen)

    await ann.types('/breakglass orders-read')
    await ann.waitsForModal('request')
    await ann.submits({ reason: 'replica lag' })
    expect(ann.modal?.errors).toEqual({ reason: 'Name the incident' })
    await ann.submits({ reason: 'INC-42 replica lag' })
    expect(ann.modal).toBeUndefined()

    const card = await lee.waitsFor('@ann asks: INC-42 replica lag', { in: requests })
    await ann.presses('approve', card)
    expect(await ann.waitsFor('Not your own', { in: requests })).toMatchObject({ isEphemeral: true })
    await lee.presses('approve', card)
    expect(await ann.waitsFor('approved by @lee', { in: requests })).toMatchObject({ ts: card.ts, buttons: [] })
    await ann.waitsFor('You have access')
    await expect(lee.presses('deny', card)).rejects.toThrow('what can be pressed there now is nothing')
    expect(lee.sees(requests)).toHaveLength(1)
  })

  it('a bot that is killed and started again meets the same workspace', async () => {
    const workspace = await makeWorkspace()
    const ann = workspace.person('ann')
    const first = await startBot(workspace, mode, listen)
    await first.stop()
    if (mode === 'Socket Mode') await workspace.waitsForNoSocket()
    expect(await ann.types('/breakglass')).toMatchObject({ error: 'dispatch_failed' })
    await startBot(workspace, mode, listen)
    expect(await ann.types('/breakglass')).toMatchObject({ acknowledged: true })
    await ann.waitsForModal('Ask')
  })
})

it('a stopped workspace leaves nothing open: the process ends by itself', async () => {
  const script = `
    import { startWorkspace } from './src/workspace/workspace.ts'
    import { manifest } from './test/workspace/manifest.ts'
    const workspace = await startWorkspace({ manifest, eventRetriesMs: [60_000], ackWithinMs: 60_000 })
    const { url } = await (await fetch(workspace.apiUrl + 'apps.connections.open', {
      method: 'POST', headers: { authorization: 'Bearer ' + workspace.appToken },
    })).json()
    const socket = new WebSocket(url)
    await workspace.waitsForSocket()
    const ann = workspace.person('ann')
    const typing = ann.types('/breakglass')
    workspace.fails('auth.test', { kind: 'slow', ms: 60_000 })
    const call = fetch(workspace.apiUrl + 'auth.test', { method: 'POST' }).catch(() => 'reset')
    workspace.fails('users.info', { kind: 'silent' })
    const silent = fetch(workspace.apiUrl + 'users.info', { method: 'POST' }).catch(() => 'reset')
    while (workspace.calls.length < 3) await new Promise((resolve) => setImmediate(resolve))
    await workspace.stop()
    console.log((await typing).error, await call, await silent)
  `
  const node = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 })
  expect((await node).stdout.trim()).toBe('dispatch_failed reset reset')
})
