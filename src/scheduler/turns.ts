export type EndTurn = () => void

/** When deliveries in lanes of Slack's may begin. */
export interface Pace {
  /** A turn for one delivery, to be ended with it; `undefined`: not now. */
  turn(lane: string): EndTurn | undefined
}

/** Deliveries to targets wait for room only. */
export const noTurn: EndTurn = () => {}

/** Up to `most` turns, as many as there are now. */
export function takeTurns(pace: Pace, lane: string, most: number): readonly EndTurn[] {
  const turns: EndTurn[] = []
  while (turns.length < most) {
    const turn = pace.turn(lane)
    if (!turn) break
    turns.push(turn)
  }
  return turns
}
