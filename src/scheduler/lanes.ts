/** At most so many deliveries at once in all lanes of one kind together. */
const POOLS: Readonly<Record<string, number>> = {
  target: 64,
  conversation: 32,
  notice: 2, // at Slack's rates, more would only come in a burst
  redraw: 2,
  warn: 32,
  answer: 32,
  page: 16,
  feed: 1,
}
const TARGET = 'target:'

/** How many deliveries a lane of Slack's bears at once, if more than one: they are of different messages, or none of Slack's. */
const AT_ONCE: Readonly<Record<string, number>> = { redraw: 2, answer: 32, warn: 32 }
/** How many effects of a lane are one delivery: notices to one person become one message. */
const TOGETHER: Readonly<Record<string, number>> = { notice: 20 }

/** The target of a lane; `undefined` for a lane of Slack's. */
export function targetOf(lane: string): string | undefined {
  return lane.startsWith(TARGET) ? lane.slice(TARGET.length) : undefined
}

export interface Allotment {
  readonly lane: string
  /** How many deliveries it may begin now, at least 1. */
  readonly room: number
}

export interface Bounds {
  /** The lanes of the deliveries in flight, one entry for each. */
  readonly running: readonly string[]
  /** How many may begin in all lanes of one kind of Slack's. */
  readonly ofAKind: number
}

/**
 * Shares the pools out among the lanes in which something is due, in the order given. A target's first delivery needs no
 * room in the pool, so that many dead targets cannot fill it and delay a living one.
 *
 * @param roomIn how many more deliveries the lane itself bears, up to `most`; asked only where the pool has room
 */
export function allot(
  lanes: readonly string[],
  roomIn: (lane: string, most: number) => number,
  { running, ofAKind }: Bounds,
): Allotment[] {
  const busy = new Set(running)
  const left = new Map(Object.entries(POOLS))
  for (const lane of running) left.set(poolOf(lane), leftFor(left, lane) - 1)
  for (const lane of lanes)
    if (targetOf(lane) === undefined) left.set(poolOf(lane), Math.min(leftFor(left, lane), ofAKind))
  return lanes.flatMap((lane) => {
    const first = targetOf(lane) !== undefined && !busy.has(lane) ? 1 : 0
    const most = Math.max(first, leftFor(left, lane))
    const room = most > 0 ? Math.min(roomIn(lane, most), most) : 0
    if (room <= 0) return []
    left.set(poolOf(lane), leftFor(left, lane) - room)
    return [{ lane, room }]
  })
}

/** How many deliveries a lane of Slack's bears at once. */
export function atOnceIn(lane: string): number {
  return AT_ONCE[poolOf(lane)] ?? 1
}

/** How many effects of a lane are delivered together, at most. */
export function togetherIn(lane: string): number {
  return TOGETHER[poolOf(lane)] ?? 1
}

function poolOf(lane: string): string {
  return lane.split(':', 1)[0] ?? lane
}

function leftFor(left: ReadonlyMap<string, number>, lane: string): number {
  return left.get(poolOf(lane)) ?? 1
}

/** Whose turn it is: of each kind of lane the one after the lane that was served last, so that each has its turn. */
export class RoundRobin {
  /** By kind of lane. */
  readonly #last = new Map<string, string>()

  /** The lanes in the order in which they are to be served. */
  order(lanes: readonly string[]): readonly string[] {
    const sorted = lanes.toSorted()
    const isLater = (lane: string) => lane > (this.#last.get(poolOf(lane)) ?? '')
    return [...sorted.filter(isLater), ...sorted.filter((lane) => !isLater(lane))]
  }

  served(lane: string): void {
    this.#last.set(poolOf(lane), lane)
  }
}
