// A target behind the command adapter: keeps the truth in a folder, a file for each access, and misbehaves as `mischief` there says.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const [folder, later] = process.argv.slice(2)
const fields = 'operation grant_id subject account entitlement access expires_at'

const note = (name, line) => appendFileSync(join(folder, name), `${line}\n`)
const complain = (what) => note('complaints', what)
const say = (answer) => process.stdout.write(JSON.stringify(answer))
/** Ends without waiting for anything; what was written is out, because pipes are written at once. */
const leave = (code) => process.exit(code)
const stay = () => setInterval(() => {}, 60_000)
const sleep = (ms) => spawnSync(process.execPath, ['-e', `setTimeout(() => {}, ${ms})`])

function fileOf({ account, access }) {
  return join(
    folder,
    `held-${createHash('sha256')
      .update(JSON.stringify([account, access]))
      .digest('hex')}`,
  )
}

function act(call) {
  if (call.operation === 'list') {
    const files = readdirSync(folder).filter((name) => name.startsWith('held-'))
    return { grants: files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))) }
  }
  const { grant_id, account, entitlement, expires_at } = call
  const file = fileOf(call)
  if (call.operation === 'grant') writeFileSync(file, JSON.stringify({ grant_id, account, entitlement, expires_at }))
  if (call.operation === 'revoke') rmSync(file, { force: true })
  return { held: existsSync(file) }
}

function inspect(call) {
  const given = Object.keys(call).join(' ')
  if (given !== (call.operation === 'list' ? 'operation' : fields)) complain(`fields: ${given}`)
  const names = Object.keys(process.env).sort().join(' ')
  if (names !== 'BREAKGLASS_TEST_KEY') complain(`environment: ${names}`)
}

/** Which of five calls this is, from 0. */
function turn() {
  note('turns', '')
  return (readFileSync(join(folder, 'turns'), 'utf8').length - 1) % 5
}

const mischiefs = {
  exit: (_, code) => leave(Number(code)),
  'exit-saying': (_, code) => {
    say({ held: false })
    leave(Number(code))
  },
  'act-and-exit': (call, code) => {
    act(call)
    leave(Number(code))
  },
  'die-before': () => process.kill(process.pid, 'SIGTERM'),
  'hang-before': () => {
    note('reached', '')
    stay()
  },
  'hang-after': (call) => {
    act(call)
    note('reached', '')
    stay()
  },
  /** The work was handed to somebody else, who is not of this group. */
  late: (call, ms) => {
    if (call.operation === 'grant') {
      spawn(process.execPath, [process.argv[1], folder, JSON.stringify([ms, call])], {
        detached: true,
        stdio: 'ignore',
      }).unref()
    }
    note('reached', '')
    stay()
  },
  'sometimes-75': (call) => (turn() < 2 ? leave(75) : say(act(call))),
  'sometimes-75-after': (call) => {
    const answer = act(call)
    if (turn() < 2) leave(75)
    say(answer)
  },
  print: (_, words) => process.stdout.write(words),
  pour: () => {
    const more = () => process.stdout.write(' '.repeat(65_536), more)
    more()
  },
  lie: (call) => say(call.operation === 'holds' ? act(call) : { held: call.operation === 'grant' }),
  'spill-secrets': () => {
    process.stderr.write(`\u001b[31mno way in with ${process.env.BREAKGLASS_TEST_KEY}\nsecond line`)
    leave(78)
  },
}

if (later) {
  const [ms, call] = JSON.parse(later)
  sleep(ms)
  act(call)
} else {
  const call = JSON.parse(await text(process.stdin))
  inspect(call)
  const file = join(folder, 'mischief')
  const [mischief, ...words] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  if (mischief) mischiefs[mischief](call, ...words)
  else say(act(call))
}
