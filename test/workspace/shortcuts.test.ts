import { describe, expect, it } from 'vitest'
import { type Mode, makeClient, makeWorkspace, startBareBot, startBot } from './bot.ts'
import { failing } from './failing.ts'
import { manifest } from './manifest.ts'
import { modal, reason } from './open-modal.ts'

const withShortcuts = manifest.replace(
  '  slash_commands:',
  `  shortcuts:
    - name: Ask for emergency access
      type: message
      callback_id: ask_about
      description: Opens the form with a link to the message
    - name: Ask for access
      type: global
      callback_id: ask
      description: Opens the form
  slash_commands:`,
)

async function makeTown() {
  const workspace = await makeWorkspace({ manifest: withShortcuts })
  const [ann, lee] = [workspace.person('ann'), workspace.person('lee')]
  const requests = workspace.channel('requests', { members: [ann, lee] })
  const alert = lee.says('replica lag', { in: requests })
  return { workspace, ann, lee, requests, alert, client: makeClient(workspace) }
}

describe('a shortcut on a message', () => {
  it('tells the bot which message, whoever wrote it, and opens a form', async () => {
    const { workspace, ann, requests, alert, client } = await makeTown()
    await startBareBot(workspace)
    const { delivery, acknowledged } = await ann.picks('ask_about', alert)
    expect(acknowledged).toBe(true)
    expect(delivery?.payload).toMatchObject({
      type: 'message_action',
      callback_id: 'ask_about',
      user: { id: 'U0ANN' },
      channel: { id: requests.id, name: 'requests' },
      message_ts: alert.ts,
      message: { type: 'message', user: 'U0LEE', text: 'replica lag', ts: alert.ts },
      action_ts: expect.any(String),
    })
    const trigger_id = String(delivery?.payload.trigger_id)
    expect(await failing(client.apiCall('views.open', { trigger_id, view: modal([reason()]) }))).toBe('ok')
    expect(ann.modal?.title).toBe('Ask for access')
  })

  it('is answered by its response URL to that person', async () => {
    const { workspace, ann, lee, requests, alert } = await makeTown()
    await startBareBot(workspace)
    const { delivery } = await ann.picks('ask_about', alert)
    const body = JSON.stringify({ text: 'On it' })
    expect((await fetch(String(delivery?.payload.response_url), { method: 'POST', body })).status).toBe(200)
    expect(ann.sees(requests).at(-1)).toMatchObject({ plain: 'On it', isEphemeral: true })
    expect(lee.sees(requests)).toHaveLength(1)
  })

  it('is not there on a message that only one person sees, or where the person is not', async () => {
    const { workspace, ann, alert, requests } = await makeTown()
    await startBareBot(workspace, (_one, response) => response.end('for ann'))
    const { message } = await ann.types('/breakglass', { in: requests })
    await expect(ann.picks('ask_about', message!)).rejects.toThrow('a message that only one person sees')
    await expect(workspace.person('kim').picks('ask_about', alert)).rejects.toThrow('not a member')
    const eve = workspace.person('eve', { standing: 'stranger' })
    await expect(eve.picks('ask')).rejects.toThrow('only people of this workspace can')
  })

  it('shows the person when nobody acknowledges it', async () => {
    const { ann, requests, alert } = await makeTown()
    expect(await ann.picks('ask_about', alert)).toMatchObject({ error: 'dispatch_failed' })
    expect(ann.sees(requests).at(-1)).toMatchObject({ isEphemeral: true, author: 'USLACKBOT' })
  })
})

describe('a global shortcut', () => {
  it('has a trigger, and neither channel nor response URL', async () => {
    const { workspace, ann } = await makeTown()
    await startBareBot(workspace)
    const { delivery } = await ann.picks('ask')
    expect(delivery?.payload).toMatchObject({ type: 'shortcut', callback_id: 'ask', trigger_id: expect.any(String) })
    expect(delivery?.payload).not.toHaveProperty('channel')
    expect(delivery?.payload).not.toHaveProperty('response_url')
  })

  it('is picked only where the manifest has it', async () => {
    const { ann, alert } = await makeTown()
    await expect(ann.picks('other')).rejects.toThrow('the manifest has no such global shortcut')
    await expect(ann.picks('ask', alert)).rejects.toThrow('the manifest has no such message shortcut')
    await expect(ann.picks('ask_about')).rejects.toThrow('the manifest has no such global shortcut')
  })
})

describe.each<Mode>(['HTTP', 'Socket Mode'])('over %s', (mode) => {
  it('Slack’s own SDK understands both', async () => {
    const { workspace, ann, alert } = await makeTown()
    const heard: string[] = []
    await startBot(workspace, mode, (app) => {
      for (const id of ['ask', 'ask_about']) {
        app.shortcut(id, async ({ ack, shortcut }) => {
          heard.push(shortcut.type)
          await ack()
        })
      }
    })
    expect(await ann.picks('ask_about', alert)).toMatchObject({ acknowledged: true })
    expect(await ann.picks('ask')).toMatchObject({ acknowledged: true })
    expect(heard).toEqual(['message_action', 'shortcut'])
  })
})
