import { escaped } from './command-text.ts'
import type { Delivery } from './deliveries.ts'
import type { Outcome } from './interactions.ts'
import type { Member } from './member.ts'
import { post, remove } from './messages.ts'
import { filled, type SeenModal, seenModal, whyIncomplete } from './modal.ts'
import type { Parts } from './parts.ts'
import { messagePress, type Payload, suggestion } from './payloads.ts'
import { choose, pressables } from './pressable.ts'
import { type SeenMessage, seen } from './seen.ts'
import { type Place, type PressOptions, Sight } from './sight.ts'
import type { Slack } from './slack.ts'
import type { Changed, Conversation, Message } from './state.ts'
import type { View } from './view.ts'
import { until } from './waiting.ts'

/** What a person saw at once when something was acknowledged. */
export interface Saw {
  readonly acknowledged: boolean
  /** What Slack itself told the person: `operation_timeout`, `dispatch_failed` … */
  readonly error: string | undefined
  /** The answer that came with the acknowledgement of a command. */
  readonly message: SeenMessage | undefined
  /** The modal that is open now. */
  readonly modal: SeenModal | undefined
  /** What went to the bot; nothing if the person said no to a confirmation. */
  readonly delivery: Delivery | undefined
}

/** Which message somebody waits for: a part of its text, a pattern, or a condition. */
export type Wanted = string | RegExp | ((message: SeenMessage) => boolean)

/** Somebody in the workspace, doing what people do in Slack, and only what Slack lets them. */
export class Person {
  readonly member: Member
  readonly #parts: Parts
  readonly #slack: Slack
  readonly #sight: Sight

  constructor(member: Member, parts: Parts) {
    this.member = member
    this.#parts = parts
    this.#slack = parts.slack
    this.#sight = new Sight(parts.slack, member)
  }

  get id(): string {
    return this.member.id
  }

  get name(): string {
    return this.member.name
  }

  /** The direct conversation with the bot. */
  get dm(): Conversation {
    return this.#slack.state.directWith(this.id, this.#slack.app.botUserId)
  }

  /** What the person sees in the direct conversation with the bot. */
  get dms(): SeenMessage[] {
    return this.sees(this.dm)
  }

  /** The modal on top, if one is open. */
  get modal(): SeenModal | undefined {
    const view = this.#sight.modal()
    return view && seenModal(view, this.#slack.state)
  }

  /** The app's Home tab, if the bot has published it. */
  get home(): SeenModal | undefined {
    const view = this.#slack.state.homes.get(this.id)
    return view && seenModal(view, this.#slack.state)
  }

  /** Runs a slash command, such as `/breakglass list`. Resolves when it is acknowledged or has failed. */
  async types(line: string, { in: place = this.dm }: { in?: Place } = {}): Promise<Saw> {
    const where = this.#sight.place(place)
    this.#sight.checkOnline()
    this.#sight.checkWritable(where)
    if (this.member.isStranger) throw this.#sight.cannot('run commands: only people of this workspace can')
    const [command = ''] = line.split(' ', 1)
    const known = this.#slack.app.manifest.commands.get(command)
    if (!known) throw this.#sight.cannot(`run ${command}: the manifest has no such command`)
    const typed = line.slice(command.length).trim()
    const text = known.escapes ? escaped(typed, this.#slack.state) : typed
    return this.#saw(await this.#parts.interactions.command(this.member, where, { command, text }))
  }

  /** Posts an ordinary message. */
  says(text: string, { in: place = this.dm }: { in?: Place } = {}): SeenMessage {
    const where = this.#sight.place(place)
    this.#sight.checkWritable(where)
    const version = { at: this.#slack.now(), text, blocks: [], attachments: [] }
    const message = { author: this.id, thread: undefined, onlyFor: undefined, version }
    return seen(post(this.#slack.state, where, message), this.#slack.state)
  }

  /** Presses a button, or chooses from a menu, that this person can see right now: on a message, in the modal, on Home. */
  async presses(actionId: string, on: SeenMessage | SeenModal, options: PressOptions = {}): Promise<Saw> {
    this.#sight.checkOnline()
    if ('view' in on) {
      const inView = this.#sight.onView(actionId, on, options)
      if (options.confirm === false) return this.#saw(undefined)
      inView.view.values = filled(inView.view, {})
      return this.#saw(await this.#parts.interactions.pressInView(this.member, inView))
    }
    const pressed = this.#sight.onMessage(actionId, on, options)
    if (options.confirm === false) return this.#saw(undefined)
    return this.#saw(await this.#parts.interactions.press(this.member, pressed))
  }

  /** The payload that `presses` would send now, for tests that change or forge it. */
  payloadOf(actionId: string, on: SeenMessage, options: PressOptions = {}): Payload {
    return messagePress(this.#slack, this.member, this.#sight.onMessage(actionId, on, options))
  }

  /** Fills in the open modal, by `block_id`, and submits it. What is wrong with it is in `modal.errors` afterwards. */
  async submits(values: Readonly<Record<string, unknown>> = {}): Promise<Saw> {
    const view = this.#sight.openModal()
    this.#sight.checkOnline()
    this.#sight.checkInteractive()
    const { draft } = view
    if (draft.type !== 'modal' || !draft.submit) throw this.#sight.cannot('submit: the modal has no such button')
    if (draft.submit_disabled) throw this.#sight.cannot('submit: the modal has it disabled')
    view.values = filled(view, await this.#withSuggestions(view, values))
    const incomplete = whyIncomplete(view, view.values)
    if (incomplete) throw this.#sight.cannot(`submit: ${incomplete}`)
    return this.#saw(await this.#parts.interactions.submit(this.member, view))
  }

  /** Closes the open modal. */
  async closes(): Promise<void> {
    await this.#parts.interactions.close(this.member, this.#sight.openModal())
  }

  /** Opens the app's Home tab, of which the bot is told by an event. */
  opensHome(): Promise<void> {
    const event_ts = this.#slack.state.nextTs()
    return this.#parts.events.tell({
      type: 'app_home_opened',
      user: this.id,
      channel: this.dm.id,
      tab: 'home',
      event_ts,
    })
  }

  /** Reloads Slack: ephemeral messages are gone. */
  reloads(): void {
    for (const { messages } of this.#slack.state.conversations.values()) {
      for (const message of messages.values()) {
        if (message.onlyFor === this.id) remove(this.#slack.state, message, this.#slack.now())
      }
    }
  }

  /** Everything that this person sees in a conversation now, oldest first. */
  sees(place: Place): SeenMessage[] {
    return this.#sight.messages(this.#sight.place(place)).map((message) => seen(message, this.#slack.state))
  }

  /** Resolves with the newest message that is wanted, as soon as this person sees one; `within` milliseconds. */
  async waitsFor(
    wanted: Wanted,
    { in: place = this.dm, within = 10_000 }: { in?: Place; within?: number } = {},
  ): Promise<SeenMessage> {
    const where = this.#sight.place(place)
    return until(this.#slack.state, {
      look: (changed?: Changed) => {
        if (!changed) return this.#firstWanted(this.#sight.messages(where).reverse(), wanted)
        const concerns = changed.kind === 'message' && changed.message.channel === where.id
        return concerns ? this.#firstWanted([changed.message], wanted) : undefined
      },
      within,
      complaint: () => `${this.name} waited for ${wanted} in ${where.name} and saw ${this.#listing(where)}`,
    })
  }

  /** Resolves as soon as a modal is open, or the one with this title or callback id; `within` milliseconds. */
  waitsForModal(wanted?: string, { within = 10_000 }: { within?: number } = {}): Promise<SeenModal> {
    return until(this.#slack.state, {
      look: () => {
        const { modal } = this
        return modal && (wanted === undefined || [modal.title, modal.callbackId].includes(wanted)) ? modal : undefined
      },
      within,
      complaint: () => `${this.name} waited for a modal ${wanted ?? ''} and saw ${this.modal?.plain ?? 'none'}`,
    })
  }

  /** Options that only the bot knows are asked of it, as Slack does while a person types into the menu. */
  async #withSuggestions(view: View, values: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const chosen: Record<string, unknown> = { ...values }
    for (const menu of pressables(view.draft.blocks)) {
      const query = values[menu.blockId]
      if (menu.element.type !== 'external_select' || typeof query !== 'string') continue
      const payload = suggestion(this.#slack, this.member, { view, query, ...menu })
      const { ack } = await this.#parts.deliveries.deliver('interactive', payload)
      chosen[menu.blockId] = choose(ack.kind === 'acknowledged' && ack.body ? ack.body : {}, query)
    }
    return chosen
  }

  #firstWanted(messages: readonly Message[], wanted: Wanted): SeenMessage | undefined {
    for (const message of messages) {
      if (!this.#sight.shows(message)) continue
      const picture = seen(message, this.#slack.state)
      if (fits(picture, wanted)) return picture
    }
    return undefined
  }

  #saw(outcome: Outcome | undefined): Saw {
    return {
      acknowledged: outcome?.acknowledged ?? false,
      error: outcome?.error,
      message: outcome?.message && seen(outcome.message, this.#slack.state),
      modal: this.modal,
      delivery: outcome?.delivery,
    }
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
