import type { Block } from './blocks/kinds.ts'
import { type Member, whyAway } from './member.ts'
import type { SeenModal } from './modal.ts'
import type { OnMessage, WhereItIs } from './payloads.ts'
import { isChoice, type Pressable, pressables } from './pressable.ts'
import type { SeenMessage } from './seen.ts'
import type { Slack } from './slack.ts'
import { type Conversation, currentVersion, type Message } from './state.ts'
import type { View } from './view.ts'

/** A channel or a direct conversation, or its id. */
export type Place = string | { readonly id: string }

/** Narrows what is pressed, when several things have one action id; `option` is chosen from a menu. */
export interface PressOptions {
  readonly value?: string
  readonly blockId?: string
  readonly option?: unknown
  /** The answer to the confirmation dialogue, if there is one: after no, nothing is sent. */
  readonly confirm?: boolean
}

/** What one person can see and reach in Slack right now; everything else is an error that says why not. */
export class Sight {
  readonly #slack: Slack
  readonly #member: Member

  constructor(slack: Slack, member: Member) {
    this.#slack = slack
    this.#member = member
  }

  /** The conversation, if this person is in it. */
  place(place: Place): Conversation {
    this.checkPresent()
    const id = typeof place === 'string' ? place : place.id
    const where = this.#slack.state.conversations.get(id)
    if (!where) throw this.cannot(`find the conversation ${id}`)
    if (!where.members.has(this.#member.id)) throw this.cannot(`look into #${where.name}: not a member`)
    return where
  }

  /** Everything visible there, oldest first: ephemeral messages only to the person they are for. */
  messages(where: Conversation): Message[] {
    return [...where.messages.values()].filter((message) => this.shows(message))
  }

  shows({ deletedAt, onlyFor }: Message): boolean {
    return deletedAt === undefined && (onlyFor === undefined || onlyFor === this.#member.id)
  }

  /** The view on top of the modals. */
  modal(): View | undefined {
    return this.#slack.state.modals.get(this.#member.id)?.at(-1)
  }

  openModal(): View {
    this.checkPresent()
    const view = this.modal()
    if (!view) throw this.cannot('do that: no modal is open')
    return view
  }

  /** A message as it is now, if this person still sees it. */
  message(card: SeenMessage): OnMessage {
    const where = this.place(card.channel)
    const message = this.#slack.state.message(where.id, card.ts)
    if (!message || !this.shows(message)) throw this.cannot('see that message any more')
    return { message, where }
  }

  /** What is pressed, as the message, the modal on top or Home is now. */
  find(actionId: string, on: SeenMessage | SeenModal, options: PressOptions): WhereItIs & Pressable {
    this.checkPresent()
    this.checkInteractive()
    if ('view' in on) {
      const { view } = on
      const isOpen = this.modal() === view || this.#slack.state.homes.get(this.#member.id) === view
      if (!isOpen) throw this.cannot('press: that view is not open any more')
      return { view, ...this.#oneOf(view.draft.blocks, actionId, options) }
    }
    const place = this.message(on)
    return { ...place, ...this.#oneOf(currentVersion(place.message).blocks, actionId, options) }
  }

  /** Nobody gets past a confirmation dialogue without an answer, or chooses without saying what. */
  checkAnswers({ actionId, element }: Pressable, options: PressOptions): void {
    const confirm = 'confirm' in element ? element.confirm : undefined
    if (options.confirm === undefined && confirm) {
      throw this.cannot(`press “${actionId}” unless “${confirm.title.text}” is answered: say confirm true or false`)
    }
    if (options.confirm !== undefined && !confirm) {
      throw this.cannot(`answer for “${actionId}”: it asks for no confirmation`)
    }
    if (isChoice(element) && !('option' in options)) throw this.cannot(`choose from “${actionId}”: say which option`)
  }

  /** Whoever is deactivated, a bot or not here yet sees nothing of Slack. */
  checkPresent(): void {
    const away = whyAway(this.#member)
    if (away) throw new Error(`${this.#member.name} ${away}, and cannot use Slack`)
  }

  /** While Slack is down people read what they have, and do nothing. */
  checkOnline(): void {
    if (this.#slack.isDown()) throw this.cannot('do that: Slack is down')
  }

  /** Nobody writes in an archived channel, nor to a bot whose messages tab is off or read-only. */
  checkWritable(where: Conversation): void {
    const { takesMessages, isReadOnly } = this.#slack.app.manifest
    if (where.isArchived) throw this.cannot(`write in #${where.name}: it is archived`)
    if (where.with !== undefined && (!takesMessages || isReadOnly)) {
      throw this.cannot('write to the bot: the manifest has its messages tab off or read-only')
    }
  }

  cannot(what: string): Error {
    return new Error(`${this.#member.name} cannot ${what}`)
  }

  /** Presses and submissions reach only an app that says it takes them. */
  checkInteractive(): void {
    if (!this.#slack.app.manifest.isInteractive) throw this.cannot('press anything: the manifest turns it off')
  }

  #oneOf(blocks: readonly Block[], actionId: string, options: PressOptions): Pressable {
    const all = pressables(blocks).filter((one) => this.#isShown(one))
    const [first, second] = all.filter((one) => one.actionId === actionId && isMeant(one, options))
    const there = all.map((one) => one.actionId).join(', ') || 'nothing'
    if (!first) throw this.cannot(`press “${actionId}”: what can be pressed there now is ${there}`)
    if (second) throw this.cannot(`tell which “${actionId}” to press: say its value or blockId`)
    return first
  }

  #isShown({ element }: Pressable): boolean {
    if (element.type !== 'icon_button') return true
    return element.visible_to_user_ids?.includes(this.#member.id) ?? true
  }
}

function isMeant({ blockId, element }: Pressable, options: PressOptions): boolean {
  if (options.blockId !== undefined && options.blockId !== blockId) return false
  return options.value === undefined || ('value' in element && element.value === options.value)
}
