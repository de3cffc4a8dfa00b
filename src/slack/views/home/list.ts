import type { Button, KnownBlock } from '@slack/types'
import type { Part } from '../../../core/home.ts'
import { HOME_LISTS, type HomeFrom, type HomeList } from '../../../operations/home-lists.ts'
import { writeHomeFrom } from '../../home-from.ts'
import { HOME_ACTION } from '../../ids.ts'
import { actions, button, header, section } from '../blocks.ts'

/** A list on Home: what it is called, what stands there when it is empty, and how its items are drawn. */
export interface List<Item> {
  readonly name: HomeList
  readonly title: string
  /** `undefined`: an empty list is left out. */
  readonly empty: string | undefined
  readonly part: Part<Item>
  /** What is said of what is not in the list. */
  readonly note?: string | undefined
  draw(items: readonly Item[]): KnownBlock[]
}

/** A list whose items are drawn when it is known how many of them fit. */
export type Drawable = (fit: Fit) => KnownBlock[]

export interface Fit {
  /** Of the items that each list shows at most, this share is drawn. */
  readonly share: number
  /** Where the other lists begin: turning the pages of one leaves them. */
  readonly from: HomeFrom
}

/** Draws a list, with its number and buttons to turn its pages: nothing is left out without a word. */
export function listed<Item>(list: List<Item>): Drawable {
  const { name, title, empty, part, note } = list
  return ({ share, from }) => {
    if (part.total === 0) return empty === undefined ? [] : [header(title), section(empty)]
    const items = part.items.slice(0, Math.max(1, Math.floor(HOME_LISTS[name] * share)))
    const end = part.from + items.length
    return [
      header(`${title}: ${rangeOf(part.from, end, part.total)}`),
      ...(note === undefined ? [] : [section(note)]),
      ...list.draw(items),
      ...pager({ name, title, start: part.from, end, total: part.total }, from),
    ]
  }
}

function rangeOf(start: number, end: number, total: number): string {
  return end - start === total ? `${total}` : `${start + 1}–${end} of ${total}`
}

interface Shown {
  readonly name: HomeList
  readonly title: string
  readonly start: number
  readonly end: number
  readonly total: number
}

function pager({ name, title, start, end, total }: Shown, from: HomeFrom): KnownBlock[] {
  const turnTo = (place: number) => writeHomeFrom({ ...from, [name]: place })
  const buttons: Button[] = []
  if (start > 0) {
    const value = turnTo(Math.max(0, start - HOME_LISTS[name]))
    const spoken = `Previous: ${title}`
    buttons.push(button({ action: HOME_ACTION.previous, label: 'Previous', value, spoken }))
  }
  if (end < total) {
    const label = `Next (${total - end} more)`
    buttons.push(button({ action: HOME_ACTION.next, label, value: turnTo(end), spoken: `${label}: ${title}` }))
  }
  return buttons.length > 0 ? [{ ...actions(...buttons), block_id: `${name} pages` }] : []
}
