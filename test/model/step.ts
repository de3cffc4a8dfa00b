import type { AsyncCommand } from 'fast-check'
import { compare } from './compare.ts'
import type { Came, Model } from './model.ts'
import type { Real } from './real.ts'

/** What a kind of step does, to the model and to the bot. */
export interface Doing<Args> {
  readonly name: string
  /** Says what comes of it, and lets it come in the model. */
  readonly expects: (model: Model, args: Args) => Came
  /** Does it for real; `came` is what the model says. */
  readonly does: (real: Real, args: Args, model: Model, came: Came) => Promise<unknown>
}

/** Counts what came of steps. */
export type Coverage = Map<string, number>

/** One step of a story. */
export class Step<Args> implements AsyncCommand<Model, Real> {
  readonly #doing: Doing<Args>
  readonly #args: Args
  readonly #coverage: Coverage

  constructor(doing: Doing<Args>, args: Args, coverage: Coverage) {
    this.#doing = doing
    this.#args = args
    this.#coverage = coverage
  }

  check(): boolean {
    return true
  }

  /** @throws {AssertionError} when bot and model come to different things */
  async run(model: Model, real: Real): Promise<void> {
    const { name, expects, does } = this.#doing
    const came = expects(model, this.#args)
    for (const part of came.split(', ')) this.#count(`${name}: ${part}`)
    await does(real, this.#args, model, came)
    await compare(model, real)
  }

  #count(what: string): void {
    this.#coverage.set(what, (this.#coverage.get(what) ?? 0) + 1)
  }

  toString(): string {
    return `${this.#doing.name}(${JSON.stringify(this.#args)})`
  }
}
