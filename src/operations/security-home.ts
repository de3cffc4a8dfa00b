import type { Freeze } from '../core/freeze.ts'
import { type Part, partOf } from '../core/home.ts'
import type { Weakness } from '../core/liveness.ts'
import { LIVENESS_NOTE } from '../core/liveness-news.ts'
import type { Pause } from '../core/pause.ts'
import { type GrantLine, type HomeFrom, type HomeNeeds, sliceOf, withRequests } from './home-lists.ts'

/** What the people of security see besides. */
export interface SecurityHome {
  readonly pause: Pause | undefined
  readonly live: Part<GrantLine>
  readonly stuck: Part<GrantLine>
  readonly frozen: Part<Freeze>
  /** What has not enough reachable approvers, in sentences. */
  readonly lacking: Part<string>
}

export async function securityHome(needs: HomeNeeds, from: HomeFrom): Promise<SecurityHome> {
  const { store } = needs
  return {
    pause: await store.pause(),
    live: await withRequests(needs, await store.liveGrants(sliceOf('live', from))),
    stuck: await withRequests(needs, await store.stuckRevokes(sliceOf('stuck', from))),
    frozen: partOf(await store.freezes(), sliceOf('frozen', from)),
    lacking: partOf(sentencesIn(await store.note(LIVENESS_NOTE)), sliceOf('lacking', from)),
  }
}

/** What the sweep noted, each weakness in a sentence or two. */
function sentencesIn(note: string | undefined): readonly string[] {
  const read: unknown = note === undefined ? [] : parsed(note)
  return Array.isArray(read) ? read.flatMap(sentenceOf) : []
}

function sentenceOf(found: Partial<Weakness> | null): string[] {
  if (typeof found?.where !== 'string' || typeof found.what !== 'string') return []
  return [`${found.where}: ${found.what}.${typeof found.fix === 'string' ? ` ${found.fix}` : ''}`]
}

function parsed(note: string): unknown {
  try {
    return JSON.parse(note)
  } catch {
    return undefined
  }
}
