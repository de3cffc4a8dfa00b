import { type AnyOption, offer } from './blocks/choices.ts'
import type { Deliveries } from './deliveries.ts'
import type { Member } from './member.ts'
import { suggestion, type WhereItIs } from './payloads.ts'
import { choose, offeredBy, optionsIn, type Pressable } from './pressable.ts'
import type { Slack } from './slack.ts'

/** A person types three characters before Slack asks, unless the menu says otherwise. */
const QUERY_LENGTH = 3

/** Menus that are searched: Slack knows the options of some, and asks the bot for those of the others. */
export class Menus {
  readonly #slack: Slack
  readonly #deliveries: Deliveries

  constructor(slack: Slack, deliveries: Deliveries) {
    this.#slack = slack
    this.#deliveries = deliveries
  }

  /** The options that a menu shows once `query` is typed into it. An answer that Slack does not accept shows none. */
  async search(by: Member, on: WhereItIs & Pressable, query: string): Promise<readonly AnyOption[]> {
    const { element } = on
    if (element.type !== 'external_select' && element.type !== 'multi_external_select') {
      return optionsIn(offeredBy(element)).filter(({ text }) => text.text.toLowerCase().includes(query.toLowerCase()))
    }
    if (query.length < (element.min_query_length ?? QUERY_LENGTH)) return []
    const { ack } = await this.#deliveries.deliver('interactive', suggestion(this.#slack, by, { ...on, query }))
    const answer = offer.safeParse(ack.kind === 'acknowledged' ? ack.body : undefined)
    return answer.success ? optionsIn<AnyOption>(answer.data) : []
  }

  /** What a person means who names an option by its value: for a menu of the bot's, that value is typed and found. */
  async find(by: Member, on: WhereItIs & Pressable, named: unknown): Promise<unknown> {
    switch (on.element.type) {
      case 'external_select':
        return typeof named === 'string' ? this.#found(by, on, named) : named
      case 'multi_external_select':
        return Promise.all([named].flat().map((one) => (typeof one === 'string' ? this.#found(by, on, one) : one)))
      default:
        return named
    }
  }

  async #found(by: Member, on: WhereItIs & Pressable, value: string): Promise<unknown> {
    return choose({ options: await this.search(by, on, value) }, value)
  }
}
