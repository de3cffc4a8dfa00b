import { z } from 'zod'
import { HOME_LISTS, type HomeFrom, type HomeList } from '../operations/home-lists.ts'

const LISTS = Object.keys(HOME_LISTS) as [HomeList, ...HomeList[]]
const MOST_FROM = 1_000_000

const from = z.partialRecord(z.enum(LISTS), z.int().min(0).max(MOST_FROM))

/** Which part of each list Home shows: for the buttons that turn its pages, and for `private_metadata`. */
export function writeHomeFrom(shown: HomeFrom): string {
  const turned = Object.entries(shown).filter(([, place]) => place > 0)
  return JSON.stringify(Object.fromEntries(turned))
}

/** Reads only what `writeHomeFrom` writes; anything else is the beginning of every list. */
export function readHomeFrom(text: string): HomeFrom {
  return z.string().max(500).transform(parseJson).pipe(from).safeParse(text).data ?? {}
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
