import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { main } from '../../src/app.ts'
import { freePort } from '../support/free-port.ts'
import { fresh, type Postgres, quoted, startPostgres } from '../support/postgres.ts'
import { configOf, startTown, type Town, until } from './town.ts'

const BREAKGLASS = join(import.meta.dirname, '../../bin/breakglass.js')
/** How the config reads the environment. */
const VARIABLE = ['$', '{ORDERS_URL}'].join('')
const canary = (name: string) => `canary-${name}-${randomBytes(8).toString('hex')}`

let postgres: Postgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

/** Where a secret is found, in every form in which it could be written. */
function hits(where: string, text: string, secrets: readonly string[]): string[] {
  const forms = (secret: string) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]
  return secrets
    .filter((secret) => forms(secret).some((form) => text.includes(form)))
    .map((secret) => `${secret} in ${where}`)
}

/** Runs a command line to its end, and gives all that it wrote. */
async function runs(args: readonly string[], env: Record<string, string>): Promise<string> {
  const before = { ...process.env }
  const [out, err] = [process.stdout.write, process.stderr.write]
  let said = ''
  const hear = (chunk: string | Uint8Array) => {
    said += chunk
    return true
  }
  Object.assign(process.env, env)
  process.stdout.write = process.stderr.write = hear
  try {
    await main(args)
  } finally {
    process.stdout.write = out
    process.stderr.write = err
    for (const name of Object.keys(env)) delete process.env[name]
    Object.assign(process.env, before)
  }
  return said
}

/** The real program beside a workspace, its log captured. */
async function startProgram(town: Town, env: Record<string, string>) {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [BREAKGLASS, 'start'], {
    env: { PATH: process.env.PATH ?? '', ...env, PORT: String(port), LOG_LEVEL: 'trace' },
  })
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk.toString()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  onTestFinished(stop)
  town.workspace.deliverTo(`http://127.0.0.1:${port}/slack/events`)
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(ready, 15_000).catch(() => undefined)
  return { said: () => said, stop, port }
}

/** What targets say when they fail: secrets of ours, and secrets of theirs that the bot never saw. */
function complaint(known: readonly string[], theirs: string): string {
  const pem = `-----BEGIN PRIVATE KEY-----${theirs}-----END PRIVATE KEY-----`
  const looks = [`xoxb-1-${theirs}`, pem, `Bearer ${theirs}`, `https://ann:${theirs}@db/x`, `password=${theirs} later`]
  return [...known, ...looks].join(' ')
}

/** A program that complains on standard error, and fails. */
async function writeScript(folder: string, words: string): Promise<string> {
  const path = join(folder, 'complain')
  await writeFile(path, `#!${process.execPath}\nconsole.error(${JSON.stringify(words)})\nprocess.exit(1)\n`, {
    mode: 0o755,
  })
  return path
}

/** A service that complains with every answer. */
async function startComplainer(words: string): Promise<string> {
  const server = createHttpServer((request, response) => {
    request.resume()
    response.writeHead(422, { 'x-why': words }).end(JSON.stringify({ held: words, error: words }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

interface Secrets {
  readonly password: string
  readonly admin: string
  /** Stands in the config as it is. */
  readonly signing: string
  /** What a target knows and the bot does not. */
  readonly theirs: string
}

/** A target that works, and one for each way in which a target can fail; the password stands in most addresses. */
async function configWith(folder: string, { password, admin, signing, theirs }: Secrets): Promise<string> {
  const words = complaint([signing, password], theirs)
  const [script, hook] = [await writeScript(folder, words), await startComplainer(words)]
  const role = fresh('orders')
  await postgres.query(`create role ${quoted(role)}`)
  await postgres.createLogin('secret_ann').catch(() => undefined)
  const one = (name: string, target: string, held = role) =>
    `  ${name}: { title: Read, target: ${target}, access: { role: ${held} }, rules: [usual] }`
  const free = (name: string) => `  ${name}: { title: Read, target: ${name}, access: { role: r }, rules: [usual] }`
  const entitlements = [
    free('script'),
    free('hook'),
    one('orders-read', 'orders-db'),
    one('orders-lost', 'orders-db', 'no_such_role'),
    one('orders-shut', 'shut-db'),
    one('orders-wrong', 'wrong-db'),
    one('orders-gone', 'gone-db'),
  ]
  const more = (name: string, address: string) =>
    `  ${name}: { adapter: postgres, account: { map: { ann@example.com: secret_ann } }, settings: { url: "${address}" }, timeout: 1s, quiet: 1s }\n`
  const short = 'account: local_part, timeout: 1s, quiet: 1s'
  const targets = [
    `  script: { adapter: command, settings: { path: ${script} }, ${short} }\n`,
    `  hook: { adapter: webhook, settings: { url: "${hook}", secret: ${signing} }, ${short} }\n`,
    more('shut-db', `postgres://admin:${password}@127.0.0.1:1/x`),
    more('wrong-db', postgres.urlFor('postgres', 'postgres', `${password}wrong`)),
    more('gone-db', postgres.urlFor(admin, 'no_such_database', password)),
  ].join('')
  const accounts = '{ map: { ann@example.com: secret_ann, ben@example.com: nobody } }'
  const config = configOf({ accounts, url: VARIABLE, entitlements: entitlements.join('\n') })
  return config.replace('rules:\n', `${targets}rules:\n`)
}

/** Access that works and access that does not, with Slack failing in between, until all of it is gone. */
async function liveOneNight(town: Town): Promise<void> {
  const { workspace, ann, ben, lee, sam } = town
  for (const name of ['orders-read', 'script', 'hook', 'orders-lost', 'orders-shut', 'orders-wrong', 'orders-gone']) {
    const { card } = await town.asks(ann, `${name} INC-42 replica lag`)
    await lee.presses('approve', card)
  }
  await ann.waitsFor('You have Read')
  workspace.fails('users.info', { kind: 'status', status: 500, when: ({ user }) => user === ben.id })
  workspace.fails('chat.postMessage', { kind: 'error', error: 'invalid_auth', times: 3 })
  workspace.fails('chat.update', { kind: 'reset', times: 3 })
  workspace.fails('response_url', { kind: 'status', status: 500, times: 2 })
  await ben.types('/breakglass orders-read INC-43 no such login')
  await workspace.sends('command=%2Fbreakglass', { 'content-type': 'application/x-www-form-urlencoded' })
  await sam.types('/breakglass revoke all a drill')
  await until(async () => (await town.grants()).every(({ state }) => state !== 'granting' && state !== 'active'))
  await new Promise((resolve) => setTimeout(resolve, 1_500)) // for revokes that fail
}

const COMMANDS = [
  ['check'],
  ['check', '--json'],
  ['explain', 'ann@example.com', 'orders-read'],
  ['explain', 'U0BEN', 'script', '--json'],
  ['stuck'],
  ['stuck', '--json'],
  ['schema'],
  ['manifest'],
  ['requests'],
  ['requests', '--json'],
  ['grants'],
  ['grants', '--json'],
  ['audit', 'show'],
  ['audit', 'show', '--json'],
  ['audit', 'verify'],
  ['audit', 'export'],
  ['revoke', 'all', 'a drill'],
  ['nonsense'],
  ['start', '--nonsense'],
]

describe('secrets in logs, audit, Slack or errors', () => {
  it('canary secrets through the real program, working and failing: 0 hits in log, messages, database and commands', async () => {
    const password = canary('password')
    const admin = fresh('admin')
    await postgres.query(`create role ${quoted(admin)} superuser login password '${password}'`)
    const town = await startTown()
    await town.stop()
    const [signing, theirs] = [canary('signing'), canary('theirs')]
    await writeFile(town.configPath, await configWith(town.folder, { password, admin, signing, theirs }))
    const { botToken, appToken, signingSecret } = town.workspace
    const secrets = [password, signing, theirs, botToken, appToken, signingSecret]
    const env = { ...town.variables, ORDERS_URL: postgres.urlFor(admin, 'postgres', password) }
    const program = await startProgram(town, env)
    await liveOneNight(town)
    await program.stop()
    const outputs: string[] = []
    for (const args of COMMANDS) outputs.push(await runs(args, env))
    expect(outputs.filter((output) => output.trim() === '')).toEqual([])
    const found = [
      ...hits('the log', program.said(), secrets),
      ...hits('a message', shown(town), secrets),
      ...(await hitsInFiles(town, secrets)),
      ...outputs.flatMap((output, index) => hits(`“${COMMANDS[index]?.join(' ')}”`, output, secrets)),
    ]
    expect(program.said()).toContain('breakglass is running')
    const shownEvents = outputs[COMMANDS.findIndex((args) => args.join(' ') === 'audit show')]
    expect(shownEvents).toContain('The command exited with 1: [redacted] [redacted]') // it did complain
    expect((await town.events()).filter((name) => name === 'grant.failed').length).toBeGreaterThanOrEqual(2)
    expect(found).toEqual([])
  }, 60_000)

  it('canary secrets where the config or the environment is wrong: 0 hits in what “check” and “start” say', async () => {
    const secret = canary('secret')
    const town = await startTown()
    await town.stop()
    const broken = [
      configOf({ url: `postgres://admin:${secret}@[bad/orders` }),
      configOf({ url: `mysql://admin:${secret}@db/orders` }),
      configOf({ url: VARIABLE }),
      configOf().replace('settings: {', `settings: { password: ${secret},`),
      configOf().replace('timeout: 5s', `timeout: ${secret}`),
      configOf().replace('  security_channel: C0SECURITY', `  security_channel: ${VARIABLE}`),
      configOf().replace('adapter: postgres', `adapter: ${VARIABLE}`),
      configOf({
        entitlements: `  orders-read: { title: ${VARIABLE}, target: orders-db, access: { role: r, ${VARIABLE}: 1 }, rules: [${VARIABLE}] }`,
      }),
      `${configOf()}\n\t${secret}: [`,
    ]
    const env = { ...town.variables, ORDERS_URL: `nonsense ${secret} \${` }
    const said: string[] = []
    for (const config of broken) {
      await writeFile(town.configPath, config)
      for (const args of [['check'], ['check', '--json'], ['start']]) said.push(await runs(args, env))
    }
    const wrong = [
      { SLACK_BOT_TOKEN: secret },
      { SLACK_APP_TOKEN: secret, SLACK_SIGNING_SECRET: '' },
      { SLACK_SIGNING_SECRET: secret.slice(0, 12) },
      { SLACK_API_URL: `https://x:${secret}@slack.com/api/` },
      { BREAKGLASS_DATABASE: `postgres://admin:${secret}@db/breakglass` },
      { BREAKGLASS_DATABASE: `nonsense:${secret}` },
    ]
    await writeFile(town.configPath, configOf())
    for (const change of wrong) said.push(await runs(['start'], { ...town.variables, ...change }))
    expect(said.filter((output) => !/to mend|fault|breakglass.yml|SLACK_|BREAKGLASS_/.test(output))).toEqual([])
    expect(hits('what was said', said.join('\n'), [secret, secret.slice(0, 12)])).toEqual([])
  }, 60_000)
})

describe('a secret in an error', () => {
  /** Loaded before the program: crashes it when it is told to. */
  async function crashing(folder: string, error: string): Promise<string> {
    const path = join(folder, 'crash.mjs')
    await writeFile(path, `process.on('SIGUSR2', () => { ${error} })\n`)
    return path
  }

  it.each([
    ['thrown', 'throw new Error(words, { cause: new Error(words) })'],
    ['rejected', 'Promise.reject(Object.assign(new Error(words), { url: words }))'],
    ['no error at all', 'throw words'],
  ])(
    'that nobody catches, %s, is not printed when the process ends',
    async (_name, error) => {
      const town = await startTown()
      await town.stop()
      const password = canary('password')
      await writeFile(town.configPath, configOf({ url: VARIABLE }))
      const env = { ...town.variables, ORDERS_URL: `postgres://admin:${password}@127.0.0.1:1/x` }
      const words = `const words = process.env.ORDERS_URL + ' ' + process.env.SLACK_BOT_TOKEN + ' ${password}'\n`
      const preload = await crashing(town.folder, words + error)
      const child = spawn(process.execPath, ['--import', preload, BREAKGLASS, 'start'], {
        env: { PATH: process.env.PATH ?? '', ...env },
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = said + chunk))
      const closed = once(child, 'close')
      await until(() => said.includes('breakglass is running'), 20_000)
      child.kill('SIGUSR2')
      const [code] = await closed
      expect(code).toBe(2)
      expect(said).toContain('[redacted]')
      expect(hits('the last words', said, [password, town.workspace.botToken])).toEqual([])
    },
    30_000,
  )

  it('that is logged, at any depth and under any key, is not written', async () => {
    const [secret, unknown] = [canary('known'), canary('unknown')]
    const program = `
      import { logger } from './src/log.ts'
      import { redactorOf } from './src/core/redact.ts'
      const secret = '${secret}'
      const log = logger('trace', redactorOf([secret]))
      const error = new Error('at ' + secret, { cause: new Error('Bearer ${unknown}') })
      Object.assign(error, { config: { headers: { authorization: '${unknown}' } } })
      log.error({ err: error, deep: [{ er: { token: '${unknown}', [secret]: 1, n: 5 } }] }, 'could not ' + secret)
      log.info({ response_url: 'https://hooks.slack.com/actions/T0/${unknown}', id: 'G-7KQ2M4' }, 'fine')
    `
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { PATH: process.env.PATH ?? '' },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = said + chunk))
    await once(child, 'close')
    const lines = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { level: 50, msg: 'could not [redacted]', deep: [{ er: { token: '[redacted]', n: 5 } }] },
      { level: 30, msg: 'fine', id: 'G-7KQ2M4' },
    ])
    expect(hits('the log', said, [secret, unknown])).toEqual([])
  })
})

function shown({ workspace }: Town): string {
  const where = [...workspace.state.conversations.values()]
  return JSON.stringify(where.map((one) => workspace.everShown(one)))
}

/** The database with its log, and the audit key's folder; the config is where secrets belong. */
async function hitsInFiles(town: Town, secrets: readonly string[]): Promise<string[]> {
  const names = (await readdir(town.folder)).filter((name) => !name.endsWith('.yml') && name !== 'complain')
  const texts = await Promise.all(names.map((name) => readFile(join(town.folder, name), 'latin1')))
  return texts.flatMap((text, index) => hits(names[index] ?? '', text, secrets))
}
