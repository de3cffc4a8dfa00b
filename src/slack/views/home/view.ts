import type { HomeView, KnownBlock } from '@slack/types'
import type { Policy } from '../../../core/policy.ts'
import type { HomeFacts } from '../../../operations/home.ts'
import type { HomeFrom } from '../../../operations/home-lists.ts'
import { writeHomeFrom } from '../../home-from.ts'
import { ACTION } from '../../ids.ts'
import { escaped, instantMark } from '../../markup.ts'
import { actions, button, context } from '../blocks.ts'
import { refreshButton } from './closed.ts'
import type { Drawable } from './list.ts'
import { askableList, heldList, mineList, waitingList } from './own.ts'
import { reviewsList, securityLists } from './security.ts'

/** Slack takes no more into a view: blocks, and characters in all of their texts together, less some for what it adds. */
const MOST_BLOCKS = 100
const MOST_TEXT = 12_500
/** If all does not fit, each list shows so much of what it shows at most. */
const SHARES = [1, 0.8, 0.6, 0.4, 0.2]

/** Somebody's Home: what he holds, what waits for him, what he may ask for; for security, how things stand with all. */
export function homeView(
  facts: HomeFacts,
  { command, entitlements, rules }: Pick<Policy, 'command' | 'entitlements' | 'rules'>,
): HomeView {
  const from = fromOf(facts)
  const lists: Drawable[] = [
    heldList(facts, entitlements),
    waitingList(facts, entitlements),
    mineList(facts, { entitlements, rules }),
    reviewsList(facts, entitlements),
    ...(facts.security ? securityLists(facts.security, entitlements, facts.at) : []),
    askableList(facts),
  ]
  const drawn = SHARES.map((share) => () => [
    ...opening(facts, command, writeHomeFrom(from)),
    ...lists.flatMap((draw) => draw({ share, from })),
  ])
  return { type: 'home', private_metadata: writeHomeFrom(from), blocks: firstThatFits(drawn) }
}

function firstThatFits(drawings: readonly (() => KnownBlock[])[]): KnownBlock[] {
  let blocks: KnownBlock[] = []
  for (const draw of drawings) {
    blocks = draw()
    if (blocks.length <= MOST_BLOCKS && textLength(blocks) <= MOST_TEXT) return blocks
  }
  return blocks
}

/** Where each list really begins: one that became shorter is shown from further in front. */
function fromOf({ held, waiting, mine, askable, reviews, security }: HomeFacts): HomeFrom {
  return {
    held: held.from,
    waiting: waiting.from,
    mine: mine.from,
    reviews: reviews.from,
    askable: askable.ok ? askable.value.from : 0,
    live: security?.live.from ?? 0,
    stuck: security?.stuck.from ?? 0,
    frozen: security?.frozen.from ?? 0,
    lacking: security?.lacking.from ?? 0,
  }
}

function opening({ at }: HomeFacts, command: string, from: string): KnownBlock[] {
  return [
    {
      ...actions(
        button({
          action: ACTION.openRequest,
          label: 'Ask for access',
          value: 'home',
          style: 'primary',
          spoken: 'Ask for access: search for what you need',
        }),
        refreshButton(from),
      ),
      block_id: 'opening',
    },
    context(
      `Drawn ${instantMark(at)}: press “Refresh” for what is true now. Everything here can be typed, too: ${escaped(command)} help`,
    ),
  ]
}

/** Code points of all texts. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textLength(one), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, inner]) => {
    return sum + (key === 'text' && typeof inner === 'string' ? [...inner].length : textLength(inner))
  }, 0)
}
