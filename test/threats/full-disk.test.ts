import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SqliteStore } from '../../src/store/open.ts'
import { MINUTE } from '../support/make.ts'
import { makeWorld } from '../support/world.ts'
import { startTown, until } from './town.ts'

interface Disk {
  readonly folder: string
  /** Leaves no byte. */
  fill(): void
  free(): void
}

const [MOUNT, UNMOUNT] = ['mount', 'umount'] as const

/** A disk of two megabytes; `undefined` where the test may not mount one. */
function smallDisk(): Disk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'breakglass-disk-'))
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: () => {
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
    },
    free: () => rmSync(ballast, { force: true }),
  }
}

function unmount(disk: Disk): void {
  execFileSync(UNMOUNT, ['-l', disk.folder])
  rmSync(disk.folder, { recursive: true, force: true })
}

const probe = smallDisk()
if (probe) unmount(probe)

function newDisk(): Disk {
  const disk = smallDisk()
  if (!disk) throw new Error('no disk')
  onTestFinished(() => unmount(disk))
  return disk
}

describe.skipIf(!probe)('disk full: nothing is announced before it is stored', () => {
  it('an approval, a request and a deny while the disk is full: no message claims any of it, and nothing is given', async () => {
    const disk = newDisk()
    const town = await startTown({ databaseFolder: disk.folder })
    const { id, card } = await town.asks(town.ann)
    await isDrawn(town)
    const before = said(town)
    disk.fill()
    await town.lee.presses('approve', card)
    await town.ben.types('/breakglass orders-read INC-43 replica lag')
    await town.ann.types(`/breakglass cancel ${id}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const news = said(town).filter((text) => !before.includes(text))
    expect(news.filter((text) => !text.includes('could not note that down'))).toEqual([])
    expect(news.length).toBeGreaterThanOrEqual(1)
    const ready = await fetch(town.url.replace('/slack/events', '/readyz'))
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('the database cannot be written')])
    disk.free()
    expect(await town.state(id)).toBe('pending')
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('full between the receipt and the decision: nothing is given, and no message claims it', async () => {
    const { disk, town, fillsWhenReceived } = await startOnSmallDisk()
    const { id, card } = await town.asks(town.ann)
    await isDrawn(town)
    const before = said(town)
    fillsWhenReceived()
    await town.lee.presses('approve', card)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const news = said(town).filter((text) => !before.includes(text))
    expect(news.filter((text) => /approved|granting|gets/i.test(text))).toEqual([])
    disk.free()
    expect(await town.state(id)).toBe('pending')
    expect(await town.grants()).toEqual([])
  })

  it('whose press was received and could not be decided is told so', async () => {
    const { town, fillsWhenReceived } = await startOnSmallDisk()
    const { card } = await town.asks(town.ann)
    fillsWhenReceived()
    await town.lee.presses('approve', card)
    await town.lee.waitsFor(/broke|could not/, { in: town.requests, within: 1_500 })
  })

  it('what is due is taken away while the disk is full', async () => {
    const { disk, world } = await giveOnSmallDisk()
    disk.fill()
    try {
      await world.passes(6 * MINUTE)
      expect([...world.target.held]).toEqual([])
    } finally {
      disk.free()
      await world.passes(1_000)
      await world.close()
    }
  })

  it('what was being taken away already is tried on, until the target lets go', async () => {
    const { disk, world } = await giveOnSmallDisk()
    world.target.mishaps.revoke.push('unreachable', 'unreachable', 'unreachable')
    await world.withdraws('U0ANN', await world.newest())
    await world.settles()
    expect([...world.target.held]).toHaveLength(1)
    disk.fill()
    try {
      for (let second = 0; second < 15; second += 1) await world.passes(1_000)
      expect([...world.target.held]).toEqual([])
    } finally {
      disk.free()
      await world.passes(MINUTE)
    }
    expect((await world.grantOf(await world.newest()))?.state).toBe('revoked')
    await world.close()
  })

  it('what is due is taken away as soon as there is room again', async () => {
    const { disk, world } = await giveOnSmallDisk()
    disk.fill()
    await world.passes(6 * MINUTE)
    expect(await world.asks('U0BEN').catch(() => 'refused')).toBe('refused')
    disk.free()
    await world.passes(1_000)
    expect([...world.target.held]).toEqual([])
    expect((await world.grantOf(await world.newest()))?.state).toBe('revoked')
    await world.close()
  })
})

/** A whole bot whose disk can be filled at the moment between the receipt of a press and its decision. */
async function startOnSmallDisk() {
  const disk = newDisk()
  let fills = false
  const town = await startTown({
    databaseFolder: disk.folder,
    reached: (label) => {
      if (label === 'inbox.acknowledged' && fills) disk.fill()
    },
  })
  const fillsWhenReceived = () => {
    fills = true
  }
  return { disk, town, fillsWhenReceived }
}

/** A night on a small disk in which Ann holds access for five minutes. */
async function giveOnSmallDisk() {
  const disk = newDisk()
  const world = await makeWorld({ path: join(disk.folder, 'test.db') })
  await world.asks('U0ANN', 'INC-42 replica lag', 5 * MINUTE)
  await world.approves('U0LEE', await world.newest())
  await world.settles()
  expect([...world.target.held]).toHaveLength(1)
  return { disk, world }
}

/** Every card and notice of the one request is there. */
async function isDrawn({ ann, sam, security, look }: Awaited<ReturnType<typeof startTown>>): Promise<void> {
  await ann.waitsFor('Waiting for approval')
  await sam.waitsFor('asked for access', { in: security })
  await until(() => look(isIdle))
}

async function isIdle(store: SqliteStore): Promise<boolean> {
  return (await store.dueLanes(Date.now() + 5_000)).length === 0
}

/** Every look of every message of the bot. */
function said({ workspace }: Awaited<ReturnType<typeof startTown>>): string[] {
  return [...workspace.state.conversations.values()].flatMap((where) =>
    workspace.everShown(where).flatMap(({ history }) => history.map(({ plain }) => plain)),
  )
}
