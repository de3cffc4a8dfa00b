import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AuditKeyFault, loadOrMakeAuditKey } from '../audit/key.ts'
import { type Remark, well } from '../core/remark.ts'
import { DatabaseFault, Outdated } from './connection.ts'
import { openSqlite } from './open.ts'

/** A start with a clock further behind the newest record than this ends all access. */
const TOLERATED_MS = 60_000

/** What is found of the bot's own files, before they are needed. Makes none. */
export async function inspectFiles(
  paths: { readonly database: string; readonly auditKey: string },
  now: number,
): Promise<readonly Remark[]> {
  return [...(await inspectDatabase(paths.database, now)), inspectKey(paths.auditKey)]
}

async function inspectDatabase(path: string, now: number): Promise<Remark[]> {
  const where = 'BREAKGLASS_DATABASE'
  const shut = whyNotWritable(path)
  if (shut) return [{ level: 'fault', where, what: shut, fix: 'Let the user that runs the bot write there.' }]
  if (!existsSync(path)) return [well(where, `${path} is made at the first start`)]
  try {
    const store = await openSqlite(path, { migrate: false })
    const newest = await store.newestInstant().finally(() => store.close())
    return [well(where, `${path} can be used`), inspectClock(newest, now)]
  } catch (error) {
    if (!(error instanceof DatabaseFault)) throw error
    const outdated = error instanceof Outdated
    const fix = outdated ? 'The next start brings it up to date, and keeps a copy beside it.' : null
    return [{ level: outdated ? 'finding' : 'fault', where, what: error.message, fix }]
  }
}

function inspectClock(newest: number | undefined, now: number): Remark {
  const behindMs = (newest ?? now) - now
  if (behindMs <= TOLERATED_MS) return well('clock', 'not behind the newest record')
  return {
    level: 'fault',
    where: 'clock',
    what: `${Math.round(behindMs / 1_000)} s behind the newest record: a start would end all access, and give none`,
    fix: 'Set the clock; if it is right, start with --confirm-clock.',
  }
}

function inspectKey(path: string): Remark {
  const where = 'BREAKGLASS_AUDIT_KEY'
  const shut = whyNotWritable(path)
  try {
    if (existsSync(path)) loadOrMakeAuditKey(path)
    else if (shut) return { level: 'fault', where, what: shut, fix: 'Let the user that runs the bot write there.' }
  } catch (error) {
    const what = error instanceof AuditKeyFault ? error.message : `${path} cannot be read`
    return { level: 'fault', where, what, fix: null }
  }
  return well(where, existsSync(path) ? `${path} is readable by its owner only` : `${path} is made at the first start`)
}

/** Files beside the database are made, too, so its folder must be writable; or the nearest one that is there. */
function whyNotWritable(path: string): string | undefined {
  const folder = nearest(dirname(resolve(path)))
  for (const one of existsSync(path) ? [folder, path] : [folder]) {
    try {
      accessSync(one, constants.W_OK)
    } catch {
      return `${one} cannot be written`
    }
  }
  return undefined
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
}
