import { describe, expect, it } from 'vitest'
import { makeClient, makeWorkspace } from './bot.ts'
import { failing } from './failing.ts'
import { manifest } from './manifest.ts'
import { makeModal, text } from './open-modal.ts'

const button = { type: 'button', action_id: 'open_request', text: text('Ask') }
const home = (more: object = {}) => ({ type: 'home', blocks: [{ type: 'actions', elements: [button] }], ...more })

async function makeHome() {
  const town = await makeModal()
  const told = () => (JSON.parse(town.received.at(-1)?.body ?? '') as { event: object }).event
  const publish = (more: object = {}) =>
    town.call('views.publish', { user_id: 'U0ANN', view: home(), ...more }) as Promise<{ view?: { hash: string } }>
  return { ...town, told, publish }
}

describe('Home', () => {
  it('is asked for by an event, published, and pressed', async () => {
    const { ann, told, publish, payload } = await makeHome()
    await ann.opensHome()
    expect(told()).toMatchObject({ type: 'app_home_opened', user: 'U0ANN', tab: 'home', channel: 'D0ANN' })
    expect(told()).not.toHaveProperty('view')
    await publish()
    expect(ann.home?.plain).toBe('[Ask]')
    await ann.presses('open_request', ann.home!)
    expect(payload()).toMatchObject({
      type: 'block_actions',
      container: { type: 'view' },
      view: { type: 'home' },
      user: { id: 'U0ANN' },
    })
  })

  it('opened again tells what it shows', async () => {
    const { ann, told, publish } = await makeHome()
    await publish()
    await ann.opensHome()
    expect(told()).toMatchObject({ tab: 'home', view: { type: 'home', id: ann.home?.id } })
  })

  it('is not the tab of messages, which is told, too', async () => {
    const { ann, told, publish } = await makeHome()
    await publish()
    await ann.opens('messages')
    expect(told()).toMatchObject({ type: 'app_home_opened', tab: 'messages' })
    expect(told()).not.toHaveProperty('view')
  })

  it('is published in place, and not over a later look', async () => {
    const { ann, publish } = await makeHome()
    const hash = (await publish()).view?.hash
    const { id } = ann.home!
    expect(await failing(publish({ hash }))).toBe('ok')
    expect(await failing(publish({ hash }))).toBe('hash_conflict')
    expect(ann.home?.id).toBe(id)
  })

  it('holds no modal, and is none', async () => {
    const { call, publish } = await makeHome()
    expect(await failing(publish({ view: home({ submit: text('Ask') }) }))).toBe('invalid_arguments')
    const args = { user_id: 'U0NOBODY', view: home() }
    expect(await failing(call('views.publish', args))).toBe('user_not_found')
  })

  it('cannot be opened or published where the manifest has none, or by somebody who cannot use Slack', async () => {
    const without = manifest.replace('home_tab_enabled: true', 'home_tab_enabled: false')
    const workspace = await makeWorkspace({ manifest: without })
    const ann = workspace.person('ann')
    await expect(ann.opensHome()).rejects.toThrow('ann cannot open home: the manifest has no such tab')
    const publish = makeClient(workspace).apiCall('views.publish', { user_id: ann.id, view: home() })
    expect(await failing(publish)).toBe('not_enabled')
    await workspace.admin.deactivates(ann)
    await expect(ann.opens('messages')).rejects.toThrow('is deactivated')
  })
})
