import { heldIn, withAnswer } from './answers.ts'
import type { AnyOption } from './blocks/choices.ts'
import { escaped } from './command-text.ts'
import type { Outcome } from './interactions.ts'
import type { Member } from './member.ts'
import { Menus } from './menus.ts'
import { post, remove } from './messages.ts'
import { filled, type SeenModal, whyIncomplete } from './modal.ts'
import { Onlooker } from './onlooker.ts'
import type { Parts } from './parts.ts'
import { messagePress, type Payload, type Pressed, type WhereItIs } from './payloads.ts'
import { answerOf, isChoice, isStateful, pressables } from './pressable.ts'
import { type SeenMessage, seen } from './seen.ts'
import type { Place, PressOptions } from './sight.ts'
import { viewObject } from './slack-objects.ts'
import { currentVersion } from './state.ts'
import type { Delivery } from './traffic.ts'
import type { View } from './view.ts'

/** What a person saw at once when something was acknowledged. */
export interface Saw {
  readonly acknowledged: boolean
  /** What Slack itself told the person: `operation_timeout`, `dispatch_failed` … */
  readonly error: string | undefined
  /** The answer that came with the acknowledgement of a command. */
  readonly message: SeenMessage | undefined
  /** The modal that is open now. */
  readonly modal: SeenModal | undefined
  /** What went to the bot: nothing after no to a confirmation, or when an answer waits for the submission. */
  readonly delivery: Delivery | undefined
}

/** Somebody in the workspace, doing what people do in Slack, and only what Slack lets them. */
export class Person extends Onlooker {
  readonly #parts: Parts
  readonly #menus: Menus

  constructor(member: Member, parts: Parts) {
    super(member, parts.slack)
    this.#parts = parts
    this.#menus = new Menus(parts.slack, parts.deliveries)
  }

  /** Runs a slash command, such as `/breakglass list`. Resolves when it is acknowledged or has failed. */
  async types(line: string, { in: place = this.dm }: { in?: Place } = {}): Promise<Saw> {
    const where = this.sight.place(place)
    this.sight.checkOnline()
    this.sight.checkWritable(where)
    if (this.member.isStranger) throw this.sight.cannot('run commands: only people of this workspace can')
    const [command = ''] = line.split(' ', 1)
    const known = this.slack.app.manifest.commands.get(command)
    if (!known) throw this.sight.cannot(`run ${command}: the manifest has no such command`)
    const typed = line.slice(command.length).trim()
    const text = known.escapes ? escaped(typed, this.slack.state) : typed
    return this.#saw(await this.#parts.interactions.command(this.member, where, { command, text }))
  }

  /** Posts an ordinary message. */
  says(text: string, { in: place = this.dm }: { in?: Place } = {}): SeenMessage {
    const where = this.sight.place(place)
    this.sight.checkWritable(where)
    const version = { at: this.slack.now(), text, blocks: [], attachments: [] }
    const message = { author: this.id, thread: undefined, onlyFor: undefined, version }
    return seen(post(this.slack.state, where, message), this.slack.state)
  }

  /** Presses, chooses or fills in what this person can see right now: on a message, in the modal, on Home. */
  async presses(actionId: string, on: SeenMessage | SeenModal, options: PressOptions = {}): Promise<Saw> {
    this.sight.checkOnline()
    const found = this.sight.find(actionId, on, options)
    this.sight.checkAnswers(found, options)
    if (options.confirm === false) return this.#saw(undefined)
    const { element } = found
    const choice = isChoice(element) ? await this.#menus.find(this.member, found, options.option) : undefined
    const pressed = { ...found, answer: answerOf(element, choice) }
    if (isStateful(element)) this.#keep(pressed)
    return this.#saw(found.dispatches ? await this.#parts.interactions.press(this.member, pressed) : undefined)
  }

  /** The options that a menu shows after `query` was typed into it; those that only the bot knows are asked of it. */
  async searches(actionId: string, on: SeenMessage | SeenModal, query: string): Promise<readonly AnyOption[]> {
    this.sight.checkOnline()
    return this.#menus.search(this.member, this.sight.find(actionId, on, {}), query)
  }

  /** The payload that `presses` would send now, for tests that change or forge it. */
  payloadOf(actionId: string, on: SeenMessage, options: PressOptions = {}): Payload {
    const found = this.sight.find(actionId, on, options)
    const answer = 'option' in options ? answerOf(found.element, options.option) : {}
    return messagePress(this.slack, this.member, { ...found, ...this.sight.message(on), answer })
  }

  /** Picks a shortcut of the manifest by its callback id: one for messages on a message, a global one from the search. */
  async picks(callbackId: string, on?: SeenMessage): Promise<Saw> {
    this.sight.checkPresent()
    this.sight.checkOnline()
    this.sight.checkInteractive()
    if (this.member.isStranger) throw this.sight.cannot('pick shortcuts: only people of this workspace can')
    const known = this.slack.app.manifest.shortcuts.get(callbackId)
    const type = on ? 'message' : 'global'
    if (known?.type !== type) throw this.sight.cannot(`pick “${callbackId}”: the manifest has no such ${type} shortcut`)
    if (on?.isEphemeral) throw this.sight.cannot('pick a shortcut on a message that only one person sees')
    const place = on && this.sight.message(on)
    return this.#saw(await this.#parts.interactions.shortcut(this.member, callbackId, place))
  }

  /** Fills in the open modal, by `block_id`, and submits it. What is wrong with it is in `modal.errors` afterwards. */
  async submits(values: Readonly<Record<string, unknown>> = {}): Promise<Saw> {
    const view = this.sight.openModal()
    this.sight.checkOnline()
    this.sight.checkInteractive()
    const { draft } = view
    if (draft.type !== 'modal' || !draft.submit) throw this.sight.cannot('submit: the modal has no such button')
    if (draft.submit_disabled) throw this.sight.cannot('submit: the modal has it disabled')
    view.values = filled(view, await this.#meant(view, values))
    const incomplete = whyIncomplete(view, view.values)
    if (incomplete) throw this.sight.cannot(`submit: ${incomplete}`)
    return this.#saw(await this.#parts.interactions.submit(this.member, view))
  }

  /** Closes the open modal. */
  async closes(): Promise<void> {
    await this.#parts.interactions.close(this.member, this.sight.openModal())
  }

  /** Opens a tab of the app, of which the bot is told by an event; that of Home shows what was published. */
  async opens(tab: 'home' | 'messages'): Promise<void> {
    this.sight.checkPresent()
    this.sight.checkOnline()
    const { hasHome, takesMessages } = this.slack.app.manifest
    if (!(tab === 'home' ? hasHome : takesMessages))
      throw this.sight.cannot(`open ${tab}: the manifest has no such tab`)
    const home = tab === 'home' ? this.slack.state.homes.get(this.id) : undefined
    await this.#parts.events.tell({
      type: 'app_home_opened',
      user: this.id,
      channel: this.dm.id,
      tab,
      ...(home && { view: viewObject(home, this.slack.app) }),
      event_ts: this.slack.state.nextTs(),
    })
  }

  /** Opens the app's Home tab. */
  opensHome(): Promise<void> {
    return this.opens('home')
  }

  /** Reloads Slack: ephemeral messages are gone. */
  reloads(): void {
    for (const { messages } of this.slack.state.conversations.values()) {
      for (const message of messages.values()) {
        if (message.onlyFor === this.id) remove(this.slack.state, message, this.slack.now())
      }
    }
  }

  /** Keeps what was chosen or typed: a view and a message show it, and every later press carries it. */
  #keep(pressed: WhereItIs & Pressed): void {
    if ('view' in pressed) {
      const { view } = pressed
      view.values = heldIn(view.draft.blocks, withAnswer(view.values, pressed, pressed.answer ?? {}))
      this.slack.state.changed({ kind: 'view', user: this.id })
      return
    }
    const { message } = pressed
    const before = message.answers.get(this.id) ?? {}
    const after = withAnswer(before, pressed, pressed.answer ?? {})
    message.answers.set(this.id, heldIn(currentVersion(message).blocks, after))
    this.slack.state.changed({ kind: 'message', message })
  }

  /** What is named for menus of the bot's is searched in them, as Slack does while a person types. */
  async #meant(view: View, values: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const meant: Record<string, unknown> = { ...values }
    for (const menu of pressables(view.draft.blocks)) {
      if (!(menu.blockId in values)) continue
      meant[menu.blockId] = await this.#menus.find(this.member, { view, ...menu }, values[menu.blockId])
    }
    return meant
  }

  #saw(outcome: Outcome | undefined): Saw {
    return {
      acknowledged: outcome?.acknowledged ?? false,
      error: outcome?.error,
      message: outcome?.message && seen(outcome.message, this.slack.state),
      modal: this.modal,
      delivery: outcome?.delivery,
    }
  }
}
