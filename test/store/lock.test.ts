import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LockHeld, takeLock } from '../../src/store/lock.ts'
import { kill, said, start } from './child.ts'
import { makeFolder, openStore } from './database.ts'

const makePath = () => join(makeFolder(), 'data', 'breakglass.db')

function take(path: string) {
  const lock = takeLock(path)
  onTestFinished(() => lock.release())
  return lock
}

describe('the lock', () => {
  it('is held by one, and free again when it is released', () => {
    const path = makePath()
    const lock = take(path)
    expect(() => takeLock(path)).toThrow(LockHeld)
    expect(() => takeLock(path)).toThrow(`another breakglass is running on ${path}`)
    lock.release()
    take(path)
  })

  it('keeps a second process out', async () => {
    const path = makePath()
    take(path)
    expect(await said(start(new URL('./processes/hold-lock.ts', import.meta.url), path))).toBe('refused')
  })

  it('is held for as long as its process lives, also when nobody keeps what stands for it', async () => {
    const path = makePath()
    expect(await said(start(new URL('./processes/hold-lock.ts', import.meta.url), path))).toBe('held')
    expect(() => takeLock(path)).toThrow(LockHeld)
  })

  it('is free as soon as its process is killed', async () => {
    const path = makePath()
    const child = start(new URL('./processes/hold-lock.ts', import.meta.url), path)
    expect(await said(child)).toBe('held')
    expect(() => takeLock(path)).toThrow(LockHeld)
    await kill(child)
    take(path)
  })

  it('is one lock, by whatever name the database is called', () => {
    const folder = makeFolder()
    const path = join(folder, 'breakglass.db')
    writeFileSync(path, '')
    mkdirSync(join(folder, 'other'))
    const link = join(folder, 'other', 'link.db')
    symlinkSync(path, link)
    take(path)
    expect(() => takeLock(link)).toThrow(LockHeld)
  })

  it('lets commands use the database beside it, and is of nobody else’s business', async () => {
    const { store, path } = await openStore()
    take(path)
    await store.probe(1)
    expect(statSync(`${path}.lock`).mode & 0o777).toBe(0o600)
  })
})
