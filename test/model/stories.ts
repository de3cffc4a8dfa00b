import fc from 'fast-check'
import { NIGHT } from '../support/make.ts'
import { Model } from './model.ts'
import { Real, type Sabotage } from './real.ts'
import type { Coverage } from './step.ts'
import { stepsOf } from './steps.ts'

/** The longest story, in steps. */
const MOST_STEPS = 100

export interface Telling {
  readonly sequences: number
  readonly seed: number
  readonly sabotage?: Sabotage
  /** Told now and then how many stories were told. */
  readonly tell?: (stories: number) => void
}

export interface Told {
  readonly stories: number
  readonly coverage: Coverage
  /** The story that came out otherwise than the model says, and how; as short as it could be made. */
  readonly counterexample: string | undefined
}

/** Tells random stories to the bot and to the model. */
export async function tellStories({ sequences, seed, sabotage = () => {}, tell }: Telling): Promise<Told> {
  const coverage: Coverage = new Map()
  let stories = 0
  const property = fc.asyncProperty(
    fc.commands(stepsOf(coverage), { maxCommands: MOST_STEPS, size: '+1' }),
    async (story) => {
      const model = new Model(NIGHT)
      const real = await Real.begin(model.outside, sabotage)
      try {
        await fc.asyncModelRun(() => ({ model, real }), story)
      } finally {
        await real.end()
      }
      stories += 1
      if (stories % 100 === 0) tell?.(stories)
    },
  )
  const result = await fc.check(property, { numRuns: sequences, seed })
  const counterexample = result.failed ? `${fc.defaultReportMessage(result)}\n${result.errorInstance}` : undefined
  return { stories, coverage, counterexample }
}
