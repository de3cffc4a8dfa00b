import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandSettings, command } from '../../../src/adapters/command/definition.ts'
import type { Bench, Place, Way } from '../../../src/adapters/conformance/suite.ts'

export interface CommandBench extends Bench {
  readonly settings: CommandSettings
  /** What calls did wrong, as the program saw it. */
  complaints(): Promise<string>
  stop(): Promise<void>
}

const NO_NETWORK = 'a program on the same machine sends nobody elsewhere'

/** A program that keeps the truth in a folder, with every vice. */
export async function makeCommandBench(): Promise<CommandBench> {
  const folder = await mkdtemp(join(tmpdir(), 'breakglass-command-'))
  const inFolder = (name: string) => join(folder, name)
  const program = inFolder('target.mjs')
  await copyFile(join(import.meta.dirname, 'target.mjs'), program)
  const secret = 'canary-key-of-the-command'
  const settings = { path: process.execPath, args: [program, folder], env: { BREAKGLASS_TEST_KEY: secret } }
  let made = 0

  const way = (name: string, mischief: string, ...words: unknown[]): Way => ({
    name,
    async begin(lateMs) {
      await rm(inFolder('reached'), { force: true })
      await writeFile(inFolder('mischief'), JSON.stringify([mischief, ...(mischief === 'late' ? [lateMs] : words)]))
    },
  })
  const fileOf = ({ account, access }: Place) =>
    inFolder(
      `held-${createHash('sha256')
        .update(JSON.stringify([account, access]))
        .digest('hex')}`,
    )

  return {
    definition: command,
    secrets: [secret],
    lists: true,
    lateMs: Number(process.env.BREAKGLASS_TEST_LATE_MS ?? 2_000),
    now: Date.now,
    ways: {
      down: [way('exits with 75', 'exit', 75), way('says no and exits with 75', 'exit-saying', 75)],
      flapping: [way('exits with 75 before', 'sometimes-75'), way('exits with 75 after', 'sometimes-75-after')],
      'silent-before': [way('hangs', 'hang-before')],
      'silent-after': [way('acts and hangs', 'hang-after')],
      'cut-before': [way('exits with 75', 'exit', 75)],
      'cut-after': [way('acts and exits with 75', 'act-and-exit', 75)],
      late: [way('hands the work over to somebody slow', 'late')],
      nonsense: [
        ...['', 'OK', '{}', '{"held":"false"}', '{"held":false', '[{"held":false}]', 'done\n{"held":false}'].map(
          (words) => way(`prints ${words}`, 'print', words),
        ),
        way('prints without end', 'pour'),
        way('exits with 1', 'exit', 1),
        way('says no and exits with 1', 'exit-saying', 1),
        way('is ended by a signal', 'die-before'),
      ],
      unauthorized: [
        way('exits with 78', 'exit', 78),
        way('says no and exits with 78', 'exit-saying', 78),
        way('spills secrets and exits with 78', 'spill-secrets'),
      ],
      'not-found': [
        { name: 'is not there', begin: () => rename(program, inFolder('gone.mjs')) },
        way('says no and exits with 127', 'exit-saying', 127),
      ],
      redirecting: NO_NETWORK,
      lying: [way('says what is wanted', 'lie')],
    },
    settings,
    open: () => command.open(settings),
    async prepare(account) {
      made += 1
      return { account, access: { role: `role ${made} $(id)` }, entitlement: 'orders-read', possible: true }
    },
    isHeld: async (place) => existsSync(fileOf(place)),
    async give(place) {
      const { account, entitlement } = place
      await writeFile(fileOf(place), JSON.stringify({ grant_id: 'G-0', account, entitlement }))
    },
    take: (place) => rm(fileOf(place), { force: true }),
    async endOf(place) {
      return Date.parse(JSON.parse(await readFile(fileOf(place), 'utf8')).expires_at)
    },
    async reached() {
      while (!existsSync(inFolder('reached'))) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async heal() {
      await rm(inFolder('mischief'), { force: true })
      if (existsSync(inFolder('gone.mjs'))) await rename(inFolder('gone.mjs'), program)
    },
    complaints: async () => (existsSync(inFolder('complaints')) ? readFile(inFolder('complaints'), 'utf8') : ''),
    stop: () => rm(folder, { recursive: true }),
  }
}
