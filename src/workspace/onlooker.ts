import type { Member } from './member.ts'
import { type SeenModal, seenModal } from './modal.ts'
import { type SeenMessage, seen } from './seen.ts'
import { type Place, Sight } from './sight.ts'
import type { Slack } from './slack.ts'
import type { Changed, Conversation, Message } from './state.ts'
import { until } from './waiting.ts'

/** Which message somebody waits for: a part of its text, a pattern, or a condition. */
export type Wanted = string | RegExp | ((message: SeenMessage) => boolean)

/** What one person sees in Slack. */
export class Onlooker {
  readonly member: Member
  protected readonly slack: Slack
  protected readonly sight: Sight

  constructor(member: Member, slack: Slack) {
    this.member = member
    this.slack = slack
    this.sight = new Sight(slack, member)
  }

  get id(): string {
    return this.member.id
  }

  get name(): string {
    return this.member.name
  }

  /** The direct conversation with the bot. */
  get dm(): Conversation {
    return this.slack.state.directWith(this.id, this.slack.app.botUserId)
  }

  /** What the person sees in the direct conversation with the bot. */
  get dms(): SeenMessage[] {
    return this.sees(this.dm)
  }

  /** The modal on top, if one is open. */
  get modal(): SeenModal | undefined {
    const view = this.sight.modal()
    return view && seenModal(view, this.slack.state)
  }

  /** All open modals, the one on top last. */
  get modals(): SeenModal[] {
    const stack = this.slack.state.modals.get(this.id) ?? []
    return stack.map((view) => seenModal(view, this.slack.state))
  }

  /** The app's Home tab, if the bot has published it. */
  get home(): SeenModal | undefined {
    const view = this.slack.state.homes.get(this.id)
    return view && seenModal(view, this.slack.state)
  }

  /** Everything that this person sees in a conversation now, oldest first. */
  sees(place: Place): SeenMessage[] {
    return this.sight.messages(this.sight.place(place)).map((message) => seen(message, this.slack.state))
  }

  /** Resolves with the newest message that is wanted, as soon as this person sees one; `within` milliseconds. */
  async waitsFor(
    wanted: Wanted,
    { in: place = this.dm, within = 10_000 }: { in?: Place; within?: number } = {},
  ): Promise<SeenMessage> {
    const where = this.sight.place(place)
    return until(this.slack.state, {
      look: (changed?: Changed) => {
        if (!changed) return this.#firstWanted(this.sight.messages(where).reverse(), wanted)
        const concerns = changed.kind === 'message' && changed.message.channel === where.id
        return concerns ? this.#firstWanted([changed.message], wanted) : undefined
      },
      within,
      complaint: () => `${this.name} waited for ${wanted} in ${where.name} and saw ${this.#listing(where)}`,
    })
  }

  /** Resolves as soon as a modal is open, or the one with this title or callback id; `within` milliseconds. */
  waitsForModal(wanted?: string, { within = 10_000 }: { within?: number } = {}): Promise<SeenModal> {
    return until(this.slack.state, {
      look: (changed?: Changed) => {
        if (changed && changed.kind !== 'view') return undefined
        const { modal } = this
        return modal && (wanted === undefined || [modal.title, modal.callbackId].includes(wanted)) ? modal : undefined
      },
      within,
      complaint: () => `${this.name} waited for a modal ${wanted ?? ''} and saw ${this.modal?.plain ?? 'none'}`,
    })
  }

  #firstWanted(messages: readonly Message[], wanted: Wanted): SeenMessage | undefined {
    for (const message of messages) {
      if (!this.sight.shows(message)) continue
      const picture = seen(message, this.slack.state)
      if (fits(picture, wanted)) return picture
    }
    return undefined
  }

  #listing(where: Conversation): string {
    const lines = this.sees(where).map((message) => `\n- ${message.plain.replaceAll('\n', '\n  ')}`)
    return lines.length > 0 ? lines.join('') : 'nothing'
  }
}

function fits(message: SeenMessage, wanted: Wanted): boolean {
  if (typeof wanted === 'function') return wanted(message)
  if (typeof wanted === 'string') return message.plain.includes(wanted) || message.text.includes(wanted)
  return message.plain.search(wanted) >= 0 || message.text.search(wanted) >= 0
}
