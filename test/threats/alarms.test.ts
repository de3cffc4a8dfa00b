import { expect, it, onTestFinished } from 'vitest'
import { type Answer, WebhookTarget } from '../adapters/webhook/target.ts'
import { type Pager, startPager } from '../support/pager.ts'
import { configOf, startTown, until } from './town.ts'

async function startTarget(): Promise<WebhookTarget> {
  const target = new WebhookTarget('canary-secret-of-the-webhook')
  await target.start()
  onTestFinished(() => target.stop())
  return target
}

/** The usual config, with a target behind HTTP, access for a second, and somebody to alarm. */
function alarming(target: WebhookTarget, pager: Pager): string {
  const rule =
    '{ requesters: [engineers], approvers: [leads], default_purpose: incident, ttl: { min: 1s, default: 1s } }'
  const config = configOf({ rule })
  const [before, rest = ''] = config.split('    adapter: postgres')
  const behind = rest.slice(rest.indexOf('    timeout:'))
  const settings = `    adapter: webhook\n    account: local_part\n    settings: { url: "${target.url}", secret: ${target.secret} }\n`
  const { url, secret } = pager.webhook
  return `${before}${settings}${behind}\nalarms:\n  - webhook: { url: "${url}", secret: "${secret}" }\n`
}

const answers: readonly (readonly [string, Answer])[] = [
  ['401, as after a secret was rotated', { status: 401, body: '' }],
  ['404, of a proxy', { status: 404, body: '{"held":false}' }],
  ['a redirect', { status: 302, body: '{"held":false}', headers: { location: '/elsewhere' } }],
  ['a page to sign in on', { status: 200, body: '<!doctype html><title>Sign in</title>' }],
]

it.each(answers)(
  'a revoke answered by %s is an alarm at once, also while Slack is down, and works when it is mended',
  async (_, answer) => {
    const [target, pager] = [await startTarget(), await startPager()]
    const town = await startTown({ config: alarming(target, pager) })
    const { id, card } = await town.asks(town.ann)
    target.misbehave = (visit) => {
      if (visit.operation === 'grant') town.workspace.fails('*', { kind: 'reset' })
      visit.answer(visit.operation === 'revoke' ? answer : visit.act())
    }
    await town.lee.presses('approve', card)
    const grant = async () => (await town.grants())[0]
    await until(() => pager.taken.length > 0)
    expect(pager.complaints).toEqual([])
    expect(pager.taken[0]?.body).toMatchObject({
      alarm: 'stuck',
      status: 'firing',
      target: 'orders-db',
      grants: [{ request: id }],
    })
    expect(pager.taken[0]?.text).not.toMatch(/canary|c4nary|xox|INC-42/)
    const metrics = await (await fetch(town.url.replace('/slack/events', '/metrics'))).text()
    expect(metrics).toContain('breakglass_stuck_grants{target="orders-db"} 1')
    expect((await grant())?.state).toBe('revoking')
    target.misbehave = undefined
    await until(async () => (await grant())?.state === 'revoked')
  },
)
