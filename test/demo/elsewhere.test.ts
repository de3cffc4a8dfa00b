import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { BotProcess } from '../../src/demo/bot-process.ts'
import { type CommandBench, makeCommandBench } from '../adapters/command/bench.ts'
import { buttonOf, hasLocalSlack, LocalSlack } from './local-slack.ts'

const PLACE = { account: 'ann', access: { role: 'reader' }, entitlement: 'orders-read', possible: true } as const
const REQUESTS = 'C0REQUESTS'

describe.skipIf(!hasLocalSlack())('in somebody else’s Slack stand-in', () => {
  let slack: LocalSlack
  let bench: CommandBench
  let bot: BotProcess
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'breakglass-elsewhere-'))
    ;[slack, bench] = await Promise.all([LocalSlack.start(), makeCommandBench()])
    writeFileSync(join(folder, 'breakglass.yml'), configOf(bench.settings), { mode: 0o600 })
    const { PATH = '' } = process.env
    bot = new BotProcess({ PATH, ...slack.environment, ...environmentIn(folder) }, folder)
    bot.start()
    await slack.waitsFor('C0SECURITY', 'the bot started')
    const connected = () => expect(bot.log.join('\n')).toContain('connected to Slack')
    await vi.waitFor(connected, { timeout: 15_000, interval: 20 }) // it hears what is typed, too
  })
  afterAll(async () => {
    await bot?.stop()
    await Promise.all([slack?.stop(), bench?.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  it('opens the form for a line that is not complete; filled in and approved, it gives access, and the card follows to the end', async () => {
    await slack.types('U0ANN', 'orders-read 10m')
    await slack.waitsForForm('reason')
    slack.submits('U0ANN', { reason: 'INC-42 replica lag' })
    const card = await slack.waitsFor(REQUESTS, '"action_id":"approve"')
    expect(JSON.stringify(card)).toContain('INC-42 replica lag')
    await slack.presses('U0ANN', REQUESTS, card, 'approve')
    await slack.waitsFor('C0SECURITY', 'refused')
    expect(await bench.isHeld(PLACE)).toBe(false)
    await slack.presses('U0LEE', REQUESTS, card, 'approve')
    const active = await slack.waitsFor(REQUESTS, 'Active until')
    expect(active.ts).toBe(card.ts)
    expect(buttonOf(active, 'approve')).toBeUndefined()
    expect(await bench.isHeld(PLACE)).toBe(true)
    const dm = await slack.dmOf('U0ANN')
    await slack.presses('U0ANN', dm, await slack.waitsFor(dm, '"action_id":"end_early"'), 'end_early')
    const ended = await slack.waitsFor(REQUESTS, 'Ended')
    expect(ended.ts).toBe(card.ts)
    expect(await bench.isHeld(PLACE)).toBe(false)
  })
})

function environmentIn(folder: string): Record<string, string> {
  return {
    BREAKGLASS_CONFIG: join(folder, 'breakglass.yml'),
    BREAKGLASS_DATABASE: `sqlite:${join(folder, 'breakglass.db')}`,
    BREAKGLASS_AUDIT_KEY: join(folder, 'audit-key.pem'),
    HOST: '127.0.0.1',
    PORT: '0',
  }
}

function configOf(settings: object): string {
  return `
slack: { security_channel: C0SECURITY, requests_channel: ${REQUESTS} }
people: { subject: email, email_domains: [example.com], security: [leads] }
groups: { engineers: { members: [U0ANN] }, leads: { members: [U0LEE] } }
targets:
  orders: { adapter: command, account: local_part, settings: ${JSON.stringify(settings)}, timeout: 5s, quiet: 1s }
rules:
  one-lead: { requesters: [engineers], approvers: [leads], default_purpose: incident, ttl: { min: 1s, default: 15m, max: 30m } }
entitlements:
  orders-read: { title: Read the orders, target: orders, access: { role: reader }, rules: [one-lead] }
`
}
