import { commandBytes, type PressOf, pressBytes } from '../slack-bytes.ts'
import { type Driven, drive } from './connections.ts'
import { watchDecisions } from './decisions.ts'
import { serve } from './serve.ts'

interface Where {
  readonly port: number
  readonly concurrency: number
  /** Where answers by `response_url` go. */
  readonly answers: string
}

export interface CommandOrder extends Where {
  readonly from: number
  readonly count: number
  readonly perPerson: number
}

export interface PressOrder extends Where {
  readonly presses: readonly PressOf[]
  /** The bot's database: a press has ended once its decision can be read there. Otherwise with its acknowledgement. */
  readonly database?: string
}

/** Presses Slack's buttons and types its lines, with everything made and signed before the clock runs. */
serve({
  listen: () => 0,
  commands: ({ port, concurrency, answers, from, count, perPerson }: CommandOrder): Promise<Driven> => {
    const bytes = Array.from({ length: count }, (_, index) => commandBytes(from + index, perPerson, answers))
    return drive(bytes, { port, concurrency })
  },
  presses: async ({ port, concurrency, answers, presses, database }: PressOrder): Promise<Driven> => {
    const bytes = presses.map((press) => pressBytes(press, answers))
    if (database === undefined) return drive(bytes, { port, concurrency })
    const decisions = watchDecisions(database)
    try {
      return await drive(bytes, { port, concurrency, until: (nth) => decisions.of(presses[nth]!.request) })
    } finally {
      decisions.stop()
    }
  },
})
