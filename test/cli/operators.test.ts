import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breakglass } from '../support/process.ts'
import { makeWorld, type World } from '../support/world.ts'
import { configOf, startTown, type Town } from '../threats/town.ts'

const later: (() => Promise<void>)[] = []
const onTestFinished = (work: () => Promise<void>) => void later.push(work)
afterAll(async () => {
  for (const work of later.reverse()) await work()
})

describe('check and explain beside Slack', () => {
  let town: Town
  beforeAll(async () => {
    const groups = '  oncall: { slack_usergroup: S0ENG }\n'
    const rule = '{ requesters: [oncall], approvers: [leads], purposes: [incident, deployment] }'
    const glass = 'break_glass:\n  loud: { requesters: [oncall] }\nentitlements:'
    const entitlements =
      '  orders-read: { title: Read, target: orders-db, access: { role: r }, rules: [usual], break_glass: loud }'
    const config = configOf({ groups, rule, entitlements }).replace('entitlements:', glass)
    town = await startTown({ config, onTestFinished })
    await town.stop()
    town.variables.SLACK_APP_TOKEN = town.workspace.appToken
  })

  it('a set-up that works is 0, with everything that was looked at', async () => {
    const { code, out, err } = await breakglass(['check', '--json'], town.variables)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines: { level: string; where: string }[] = JSON.parse(out)
    expect(lines.filter(({ level }) => level === 'fault')).toEqual([])
    for (const line of lines)
      expect(Object.keys(line)).toEqual(expect.arrayContaining(['level', 'where', 'what', 'fix']))
    expect(lines.map(({ where }) => where)).toEqual(
      expect.arrayContaining([
        'BREAKGLASS_DATABASE',
        'clock',
        'BREAKGLASS_AUDIT_KEY',
        'SLACK_BOT_TOKEN',
        'SLACK_APP_TOKEN',
        'slack.security_channel',
        'groups.oncall',
        'entitlements',
        'cards and forms',
      ]),
    )
  })

  it('a set-up that would not work is 1, with what to do', async () => {
    town.workspace.admin.changesChannel(town.security, { isPrivate: false })
    const { code, out } = await breakglass(['check'], town.variables)
    town.workspace.admin.changesChannel(town.security, { isPrivate: true })
    expect(code).toBe(1)
    expect(out).toContain(
      'fault: slack.security_channel: The security channel C0SECURITY is public\n    Make it private.',
    )
    expect(out).toMatch(/The set-up is not: 1 fault, \d+ findings, \d+ ok\.\n$/)
  })

  it('asks nobody with --offline, and says so; a wrong environment is 2', async () => {
    town.workspace.forgetsCalls()
    const { code, out } = await breakglass(['check', '--offline'], town.variables)
    expect(code).toBe(0)
    expect(out).toContain('Slack was not asked: --offline.')
    expect(town.workspace.calls).toEqual([])
    const wrong = await breakglass(['check'], { ...town.variables, SLACK_APP_TOKEN: 'xoxb-1', LOG_LEVEL: 'loud' })
    expect(wrong.code).toBe(2)
    expect(wrong.out).toContain('fault: environment: SLACK_APP_TOKEN must be an app-level token')
    expect(wrong.out).toContain('fault: environment: LOG_LEVEL must be one of')
  })

  it('sees a key that others can read', async () => {
    const { BREAKGLASS_AUDIT_KEY: key = '' } = town.variables
    await chmod(key, 0o644)
    const { code, out } = await breakglass(['check', '--offline'], town.variables)
    await chmod(key, 0o600)
    expect(code).toBe(1)
    expect(out).toContain('can be read by others (mode 644): run chmod 600')
  })

  it('explains with people and groups as Slack knows them, by id or address', async () => {
    const { code, out } = await breakglass(['explain', 'ben@example.com', 'ORDERS-READ'], town.variables)
    expect(code).toBe(0)
    expect(out).toContain('ben: Slack id U0BEN, subject ben@example.com')
    expect(out).toContain('Break glass, loud for oncall: yes. He gets it at once, for 15m, and a review is owed.')
    expect(out).toContain(
      'Yes: ben may ask for orders-read (orders-db as ben, 15m, incident) under usual; 1 of leads must agree, and 2 people could.',
    )
    const kim = await breakglass(['explain', 'U0KIM', 'orders-read', '--json'], town.variables)
    expect(kim.code).toBe(1)
    expect(JSON.parse(kim.out)).toMatchObject({
      answer: 'no',
      sentence: 'No. The bot would say: You cannot ask for orders-read now. usual: it is for oncall.',
      rules: [{ rule: 'usual', fits: false, why: 'it is for oncall', approvers: ['leads'], others: ['U0LEE'] }],
    })
  })

  it('explains without Slack only what the config decides', async () => {
    const { code, out } = await breakglass(['explain', 'ben@example.com', 'orders-read', '--offline'], town.variables)
    expect(code).toBe(1)
    expect(out).toContain('Not known without Slack: who is in oncall (the user group S0ENG)')
    expect(out).toContain('Nobody can tell without Slack whether')
  })

  it('says in a sentence that Slack knows no such address, or cannot tell', async () => {
    const { code, err } = await breakglass(['explain', 'nobody@example.com', 'orders-read'], town.variables)
    expect(code).toBe(2)
    expect(err).toContain('Slack knows nobody with the address “nobody@example.com”.')
    town.workspace.goesDown()
    const down = await breakglass(['explain', 'ben@example.com', 'orders-read'], town.variables)
    town.workspace.comesUp()
    expect(down.code).toBe(2)
    expect(down.err).toMatch(/^Slack could not be asked: unreachable: \S+\n$/)
  })
})

/** A night in which Ann was given access at this instant, and how the command line finds its database. */
async function giveAccess(now = Date.now()) {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-stuck-'))
  later.push(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'test.db')
  const world = await makeWorld({ path, now })
  later.push(() => world.close())
  await world.asks('U0ANN')
  await world.approves('U0LEE', await world.newest())
  await world.settles()
  return { world, variables: { BREAKGLASS_DATABASE: `sqlite:${path}` } }
}

/** Ann gives her access back, and the target does not know the bot any more. */
async function failToRevoke(world: World): Promise<void> {
  world.target.mishaps.revoke.push(...Array.from({ length: 50 }, () => 'misconfigured' as const))
  await world.withdraws('U0ANN', await world.newest())
  await world.passes(0)
}

describe('stuck', () => {
  it('is 0 while everything goes as it should', async () => {
    const { world, variables } = await giveAccess()
    expect(await world.grantOf(await world.newest())).toMatchObject({ state: 'active' })
    expect((await breakglass(['stuck'], variables)).out).toBe('None.\n')
  })

  it('is 1 when a revoke fails, with why, since when, and what to do', async () => {
    const { world, variables } = await giveAccess()
    await failToRevoke(world)
    const { code, out } = await breakglass(['stuck', '--json'], variables)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual([
      {
        id: expect.stringMatching(/^G-/),
        subject: 'ann@example.com',
        requester: 'U0ANN',
        entitlement: 'orders-read',
        target: 'orders-db',
        account: 'ann',
        expiresAt: expect.stringMatching(/Z$/),
        since: expect.stringMatching(/Z$/),
        attempts: 1,
        code: 'misconfigured',
        why: 'The key is wrong.',
        toDo: 'Mend the settings of the target in the config, and start the bot again.',
      },
    ])
    const table = await breakglass(['stuck'], variables)
    expect(table.code).toBe(1)
    expect(table.out).toContain('The key is wrong.')
  })

  it('is 0 again once the target has said that the access is gone', async () => {
    const { world, variables } = await giveAccess()
    await failToRevoke(world)
    expect(await world.grantOf(await world.newest())).toMatchObject({ state: 'revoking' })
    world.target.mishaps.revoke.length = 0
    for (let minute = 0; minute < 3; minute += 1) await world.passes(60_000)
    expect(await world.grantOf(await world.newest())).toMatchObject({ state: 'revoked' })
    expect(await breakglass(['stuck'], variables)).toMatchObject({ code: 0 })
  })
})

describe('stuck without a bot', () => {
  it('is 1 for access that has outlived its end, though nobody has tried to take it away', async () => {
    const { variables } = await giveAccess(Date.now() - 3_600_000)
    const { code, out } = await breakglass(['stuck', '--json'], variables)
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject([
      { code: 'untouched', toDo: expect.stringContaining('See that the bot runs') },
    ])
  })
})

describe('a config with a fault', () => {
  it('is 2, with the place of each, and nobody is asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'breakglass-fault-'))
    later.push(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'bad.yml')
    await writeFile(path, configOf().replace('default_purpose: incident', 'default_purpose: fun, quorum: 0'))
    const { code, out } = await breakglass(['check', path], { SLACK_BOT_TOKEN: 'xoxb-1' })
    expect(code).toBe(2)
    expect(out).toMatch(/^fault: \S+bad\.yml:\d+:\d+: rules\.usual\.\S+: /m)
    expect(out).toContain('to mend: the bot would not start.')
  })
})
