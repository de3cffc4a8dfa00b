import type { Effect } from '../../../src/core/effect.ts'
import type { Deliver } from '../../../src/operations/delivery.ts'
import type { Workspace } from '../../../src/workspace/workspace.ts'

type Handlers = Partial<Record<Effect['kind'], Deliver>>

/** Counts deliveries, the calls that reached Slack, and what the bot keeps in memory meanwhile. */
export class Figures {
  /** Deliveries to Slack that have to be made again. */
  again = 0
  /** The most deliveries at once. */
  mostAtOnce = 0
  /** The most limits that the pace ever kept. */
  mostLimits = 0
  #now = 0
  /** By method and answer: `chat.update ok`. */
  readonly #answers = new Map<string, number>()

  /** The same handlers, counted. */
  counting(handlers: Handlers): Handlers {
    const counted = Object.entries(handlers).map(([kind, deliver]) => [kind, this.#counted(deliver)])
    return Object.fromEntries(counted)
  }

  #counted(deliver: Deliver): Deliver {
    return async (...args) => {
      this.#now += 1
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#now)
      const outcome = await deliver(...args).finally(() => (this.#now -= 1))
      if (outcome.kind === 'again') this.again += 1
      return outcome
    }
  }

  /** Counts calls, so that the workspace need not keep them. */
  take(workspace: Workspace, limits: number): void {
    for (const { method, answer } of workspace.calls) {
      const key = `${method} ${answer}`
      this.#answers.set(key, (this.#answers.get(key) ?? 0) + 1)
    }
    workspace.forgetsCalls()
    this.mostLimits = Math.max(this.mostLimits, limits)
  }

  forgetCalls(): void {
    this.#answers.clear()
  }

  /** Calls of a method; with an answer, those that were answered so. */
  calls(method: string, answer?: string): number {
    if (answer !== undefined) return this.#answers.get(`${method} ${answer}`) ?? 0
    const all = [...this.#answers].filter(([key]) => key.startsWith(`${method} `))
    return all.reduce((sum, [, count]) => sum + count, 0)
  }
}
