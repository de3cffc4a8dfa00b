import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { untilTrue } from '../support/morning.ts'
import { isReady, type Night, startNight } from '../support/night.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { begin, breakglass, finished } from '../support/process.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakglass-cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('without a bot', () => {
  it('the example config passes check, and a bad one is refused with its places', async () => {
    expect(await breakglass(['check', 'breakglass.example.yml'])).toMatchObject({ code: 0 })
    const bad = join(folder, 'bad.yml')
    await writeFile(bad, (await readFile('breakglass.example.yml', 'utf8')).replace('quorum: 1', 'quorum: 0'))
    const { code, out } = await breakglass(['check'], { BREAKGLASS_CONFIG: bad })
    expect(code).toBe(2)
    expect(out).toMatch(/bad\.yml:\d+:\d+: .*quorum/)
    const json = await breakglass(['check', bad, '--json'])
    expect(JSON.parse(json.out)[0]).toMatchObject({
      level: 'fault',
      line: expect.any(Number),
      column: expect.any(Number),
    })
  })

  it('says in a sentence what is missing, without a stack', async () => {
    const { code, err } = await breakglass(['start'])
    expect(code).toBe(2)
    expect(err).toContain('SLACK_BOT_TOKEN is not set')
    expect(err).not.toContain('    at ')
    const listing = await breakglass(['requests'], { BREAKGLASS_DATABASE: `sqlite:${join(folder, 'none.db')}` })
    expect(listing).toMatchObject({ code: 2, out: '' })
    expect(listing.err).toContain('there is no database')
  })

  it('wrong usage is 2, and 5 for audit verify', async () => {
    expect(await breakglass(['nonsense'])).toMatchObject({ code: 2 })
    expect(await breakglass(['revoke', 'all'])).toMatchObject({ code: 2 })
    expect(await breakglass(['grants', '--state', 'happy'])).toMatchObject({ code: 2 })
    expect(await breakglass(['audit', 'verify', '--nonsense'])).toMatchObject({ code: 5 })
    expect(await breakglass(['audit', 'verify', join(folder, 'none.jsonl')])).toMatchObject({ code: 5 })
  })

  it.each([[['--help']], [['audit', 'verify', '--help']]])('%j helps', async (args) => {
    const { code, out } = await breakglass(args)
    expect(code).toBe(0)
    expect(out).toContain('Usage: breakglass')
  })

  it('prints the schema of the config and the manifest of the app', async () => {
    expect(JSON.parse((await breakglass(['schema'])).out)).toMatchObject({ type: 'object', properties: { rules: {} } })
    expect((await breakglass(['manifest'])).out).toBe(await readFile('manifest.yml', 'utf8'))
  })
})

describe('beside a bot that runs as a process of its own', () => {
  let postgres: Postgres
  let night: Night
  let variables: Record<string, string>

  beforeAll(async () => {
    postgres = await startPostgres()
    night = await startNight(postgres, { start: false })
    variables = { ...night.variables, PORT: String(await freePort()), LOG_LEVEL: 'warn' }
  })
  afterAll(async () => {
    await night.end()
    await postgres.stop()
  })

  it('starts, refuses a second start, lists, revokes, proves its log, and stops on SIGTERM', async () => {
    const { ann, lee, requests, reads } = night
    const bot = begin(['start'], variables)
    const end = finished(bot)
    await isReady(Number(variables.PORT))
    expect((await stat(variables.BREAKGLASS_AUDIT_KEY ?? '')).mode & 0o777).toBe(0o600)
    expect((await fetch(`http://127.0.0.1:${variables.PORT}/healthz`)).status).toBe(200)

    const second = await breakglass(['start'], variables)
    expect(second).toMatchObject({ code: 2 })
    expect(second.err).toContain('another breakglass is running')

    await ann.types('/breakglass orders-read 15m INC-42 replica lag')
    await lee.presses('approve', await lee.waitsFor('INC-42 replica lag', { in: requests }))
    await ann.waitsFor('You have Read the orders database')
    await untilTrue(async () => (await reads('ann')) === 'a lamp')
    const [request] = JSON.parse((await breakglass(['requests', '--json'], variables)).out)
    expect(request).toMatchObject({ state: 'approved', requester: 'U0ANN', ttl: '15m', purpose: 'incident', quorum: 1 })
    const [grant] = JSON.parse((await breakglass(['grants', '--json', '--state', 'active'], variables)).out)
    expect(grant).toMatchObject({ id: request.id.replace('R-', 'G-'), expiresAt: expect.stringMatching(/Z$/) })
    expect((await breakglass(['grants'], variables)).out).toContain(grant.id)

    expect(await breakglass(['revoke', 'G-000000', 'nothing', 'there'], variables)).toMatchObject({ code: 1 })
    const revoked = await breakglass(['revoke', grant.id.toLowerCase(), 'stolen', 'laptop'], variables)
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining(grant.id) })
    expect(await reads('ann')).toContain('permission denied')
    const events = JSON.parse((await breakglass(['audit', 'show', '--json', '--request', grant.id], variables)).out)
    expect(events.at(-2)).toMatchObject({
      name: 'grant.revoke-begun',
      text: 'stolen laptop',
      actor: expect.stringMatching(/^cli:/),
    })

    bot.kill('SIGTERM')
    expect(await end).toMatchObject({ code: 0 })
    const last = JSON.parse((await breakglass(['audit', 'show', '--json'], variables)).out).at(-1)
    expect(last).toMatchObject({ name: 'system.stopped' })
  })

  it('takes access away by itself when the bot was killed', async () => {
    const { ann, lee, requests, reads } = night
    const bot = begin(['start'], variables)
    const end = finished(bot)
    await isReady(Number(variables.PORT))
    await ann.types('/breakglass orders-read 15m INC-43 again')
    await lee.presses('approve', await lee.waitsFor('INC-43 again', { in: requests }))
    await untilTrue(async () => (await reads('ann')) === 'a lamp')
    bot.kill('SIGKILL')
    await end
    const { code, out } = await breakglass(['revoke', 'ann@example.com', 'the bot is dead'], variables)
    expect(out).toContain('Gone, as the target says')
    expect(code).toBe(0)
    expect(await reads('ann')).toContain('permission denied')
  })

  it('proves the log, its export, and says where it was tampered with', async () => {
    expect(await breakglass(['audit', 'verify'], variables)).toMatchObject({
      code: 0,
      out: expect.stringContaining('All well'),
    })
    const file = join(folder, 'audit.jsonl')
    expect(await breakglass(['audit', 'export', '--output', file], variables)).toMatchObject({ code: 0 })
    expect(await breakglass(['audit', 'verify', file], variables)).toMatchObject({ code: 0 })
    const otherKey = { BREAKGLASS_AUDIT_KEY: join(folder, 'other.pem') }
    expect(await breakglass(['audit', 'export'], { ...variables, ...otherKey })).toMatchObject({ code: 0 })
    expect(await breakglass(['audit', 'verify', file], { ...variables, ...otherKey })).toMatchObject({ code: 3 })
    const unsigned = join(folder, 'unsigned.jsonl')
    await writeFile(unsigned, (await readFile(file, 'utf8')).trim().split('\n').slice(0, -1).join('\n'))
    expect(await breakglass(['audit', 'verify', unsigned])).toMatchObject({ code: 3 })

    const copy = join(folder, 'tampered.db')
    await copyFile(join(night.folder, 'breakglass.db'), copy)
    await copyFile(join(night.folder, 'breakglass.db-wal'), `${copy}-wal`).catch(() => undefined)
    const db = new Database(copy)
    for (const { name } of db.prepare("select name from sqlite_master where type = 'trigger'").all() as {
      name: string
    }[]) {
      db.exec(`drop trigger "${name}"`)
    }
    db.prepare("update audit set canonical = replace(canonical, 'U0LEE', 'U0KIM') where sequence = 3").run()
    db.close()
    const verdict = await breakglass(['audit', 'verify', '--json'], { BREAKGLASS_DATABASE: `sqlite:${copy}` })
    expect(verdict.code).toBe(1)
    expect(JSON.parse(verdict.out)).toMatchObject({ ok: false, sequence: 3 })
  })
})
