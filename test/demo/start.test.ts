import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startDemo } from '../../src/demo/demo.ts'
import { breakglass, finished } from '../support/process.ts'

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-start-'))
  chmodSync(folder, 0o755) // for root, PostgreSQL runs as somebody else
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function leftIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('breakglass-demo-'))
}

/** A checkout with the packages that `npm ci --omit=dev` installs, and no others. */
function productionInstall(): string {
  const folder = scratch()
  for (const part of ['bin', 'src', 'package.json', 'manifest.yml'])
    cpSync(part, join(folder, part), { recursive: true })
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>
  }
  const isTop = (path: string) => path.lastIndexOf('node_modules/') === 0
  for (const [path, { dev, devOptional }] of Object.entries(packages)) {
    if (!isTop(path) || dev || devOptional) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(join(process.cwd(), path), join(folder, path))
  }
  return folder
}

describe('the start of the demo', () => {
  it('says in one line what is missing in a production install', async () => {
    const program = join(productionInstall(), 'bin', 'breakglass.js')
    const { code, err } = await finished(spawn(process.execPath, [program, 'demo'], { stdio: 'pipe' }))
    expect(err).toMatch(/^The demo needs \S+, which is not installed: run npm ci without --omit=dev in a checkout\.\n$/)
    expect(code).toBe(2)
  })

  it('refuses a folder in which an earlier demo left its data', async () => {
    const keep = scratch()
    writeFileSync(join(keep, 'breakglass.db'), '')
    const { code, err } = await breakglass(['demo', '--keep', keep])
    expect(err).toBe(`${keep} holds the data of an earlier demo: remove that folder, or name another one.\n`)
    expect(code).toBe(2)
  })

  it('says that its port is in use before it starts anything else, and leaves nothing behind', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const folder = scratch()
    const { code, err } = await breakglass(['demo', '--port', String(port)], { TMPDIR: folder })
    expect(err).toBe(`Port ${port} is in use: name another one with --port, or none for any free one.\n`)
    expect(code).toBe(2)
    expect(leftIn(folder)).toEqual([])
    const begun: string[] = []
    const starting = startDemo({ port, keep: undefined, tell: (what) => begun.push(what) })
    await expect(starting).rejects.toThrow('EADDRINUSE')
    expect(begun).toEqual(['a page…'])
  })

  it.each(['a database…', 'the bot…'])('leaves nothing behind when it is given up while starting %s', async (part) => {
    const folder = scratch()
    const { TMPDIR } = process.env
    process.env.TMPDIR = folder
    onTestFinished(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
    })
    const given = new AbortController()
    const tell = (what: string) => what === part && given.abort(new Error('given up'))
    const starting = startDemo({ port: 0, keep: undefined, signal: given.signal, tell })
    onTestFinished(() =>
      starting.then(
        (demo) => demo.stop(),
        () => undefined,
      ),
    )
    await expect(starting).rejects.toThrow('given up')
    expect(leftIn(folder)).toEqual([])
  })
})
