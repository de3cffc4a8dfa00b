import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'

/** Recorded payloads, limits and schemas of Slack, made by others and kept beside the repository. */
const FOLDER = '../shared/slack'
const isThere = existsSync(FOLDER)
if (!isThere) console.warn(`SKIPPED: tests that compare with Slack’s own data, for there is no ${FOLDER} here`)

/** As `it` and `describe`, where that data is at hand; skipped elsewhere. */
export const itWithShared = it.runIf(isThere)
export const describeWithShared = describe.runIf(isThere)

/** Reads one of the files; `{}` where there are none. */
export function readShared(path: string): unknown {
  return isThere ? JSON.parse(readFileSync(`${FOLDER}/${path}`, 'utf8')) : {}
}

/** Paths of the files in a folder; one that is not there stands for them where there are none. */
export function listShared(folder: string): string[] {
  return isThere ? readdirSync(`${FOLDER}/${folder}`).map((file) => `${folder}/${file}`) : [folder]
}
