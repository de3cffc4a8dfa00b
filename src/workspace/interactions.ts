import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { inputsIn } from './blocks/together.ts'
import type { Deliveries } from './deliveries.ts'
import type { Member } from './member.ts'
import {
  closing,
  commandPayload,
  messagePress,
  type OnMessage,
  type Payload,
  type Pressed,
  shortcut,
  submission,
  viewPress,
  type WhereItIs,
} from './payloads.ts'
import { reply, showError } from './replies.ts'
import type { Slack } from './slack.ts'
import type { Conversation, Message } from './state.ts'
import type { Delivery } from './traffic.ts'
import type { View } from './view.ts'
import { checkedView, clearViews, closeView, pushView, updateView } from './views.ts'

/** What came of something that a person did. */
export interface Outcome {
  readonly acknowledged: boolean
  /** What the person was told by Slack itself: `operation_timeout`, `dispatch_failed`, `invalid_blocks` … */
  readonly error?: string
  /** The message that the acknowledgement of a command carried. */
  readonly message?: Message
  readonly delivery: Delivery
}

const submissionAnswer = z.discriminatedUnion('response_action', [
  z.looseObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.looseObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.looseObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.looseObject({ response_action: z.literal('clear') }),
])

/** What people do, brought to the bot, and what the acknowledgement makes of it. Nothing here is ever retried. */
export class Interactions {
  readonly #slack: Slack
  readonly #deliveries: Deliveries

  constructor(slack: Slack, deliveries: Deliveries) {
    this.#slack = slack
    this.#deliveries = deliveries
  }

  /** Somebody ran a command. A body in the acknowledgement is a message. */
  async command(by: Member, where: Conversation, line: { command: string; text: string }): Promise<Outcome> {
    const target = { channel: where.id, user: by.id, original: undefined }
    const delivery = await this.#deliveries.deliver('command', commandPayload(this.#slack, by, where, line))
    const failed = this.#failure(delivery)
    if (failed) {
      showError(this.#slack, target, `${line.command} failed with the error "${failed}"`)
      return { acknowledged: false, error: failed, delivery }
    }
    try {
      const body = spoken(delivery)
      const message = body === undefined ? undefined : reply(this.#slack, target, body)
      return { acknowledged: true, delivery, ...(message && { message }) }
    } catch (error) {
      const code = codeOf(error)
      showError(this.#slack, target, `${line.command} failed with the error "${code}"`)
      return { acknowledged: true, error: code, delivery }
    }
  }

  /** Somebody pressed or chose something on a message, in a modal or on Home. */
  async press(by: Member, on: WhereItIs & Pressed): Promise<Outcome> {
    if ('view' in on) return this.#interact(viewPress(this.#slack, by, on))
    const outcome = await this.#interact(messagePress(this.#slack, by, on))
    this.#showFailure(by, on, outcome)
    return outcome
  }

  /** Somebody picked a shortcut, on a message or from the search. */
  async shortcut(by: Member, callbackId: string, on: OnMessage | undefined): Promise<Outcome> {
    const outcome = await this.#interact(shortcut(this.#slack, by, callbackId, on))
    if (on) this.#showFailure(by, on, outcome)
    return outcome
  }

  /** Somebody submitted a modal. The acknowledgement says what becomes of it; none at all leaves it open. */
  async submit(by: Member, view: View): Promise<Outcome> {
    const outcome = await this.#interact(submission(this.#slack, by, view))
    if (!outcome.acknowledged) return outcome
    try {
      this.#follow(view, outcome.delivery)
      return outcome
    } catch (error) {
      return { ...outcome, error: codeOf(error) }
    }
  }

  /** Somebody closed a modal. The bot is told only if it asked for it. */
  async close(by: Member, view: View): Promise<void> {
    if (view.draft.type !== 'modal') throw new Error('Home cannot be closed')
    const { clear_on_close: clears = false, notify_on_close: notifies = false } = view.draft
    if (clears) clearViews(this.#slack, by.id)
    else closeView(this.#slack, view)
    if (notifies) await this.#interact(closing(this.#slack, by, view, clears))
  }

  async #interact(payload: Payload): Promise<Outcome> {
    const delivery = await this.#deliveries.deliver('interactive', payload)
    const failed = this.#failure(delivery)
    return failed ? { acknowledged: false, error: failed, delivery } : { acknowledged: true, delivery }
  }

  #showFailure(by: Member, { where }: OnMessage, { error }: Outcome): void {
    if (!error) return
    const target = { channel: where.id, user: by.id, original: undefined }
    showError(this.#slack, target, `That failed with the error "${error}"`)
  }

  #failure({ ack }: Delivery): string | undefined {
    if (ack.kind === 'acknowledged') return undefined
    return ack.kind === 'timed out' ? 'operation_timeout' : 'dispatch_failed'
  }

  #follow(view: View, delivery: Delivery): void {
    const body = spoken(delivery)
    if (body === undefined) {
      closeView(this.#slack, view)
      return
    }
    const answer = submissionAnswer.safeParse(body)
    if (!answer.success) throw new ApiError('invalid_response_action')
    switch (answer.data.response_action) {
      case 'errors':
        this.#showErrors(view, answer.data.errors)
        break
      case 'update':
        updateView(this.#slack, view, checkedView(answer.data.view, 'modal'))
        break
      case 'push':
        pushView(this.#slack, view.user, checkedView(answer.data.view, 'modal'))
        break
      case 'clear':
        clearViews(this.#slack, view.user)
    }
  }

  /** Slack shows field errors only at blocks of kind `input`; others it calls a fault of the app. */
  #showErrors(view: View, errors: Record<string, string>): void {
    const inputs = new Set(inputsIn(view.draft.blocks).map((block) => block.block_id))
    const unknown = Object.keys(errors).filter((blockId) => !inputs.has(blockId))
    if (unknown.length > 0 || Object.keys(errors).length === 0) throw new ApiError('invalid_response_action')
    view.errors = errors
    this.#slack.state.changed({ kind: 'view', user: view.user })
  }
}

/** What an acknowledgement says, or nothing. A string is a text; the SDK's `{}` is silence. */
function spoken({ ack }: Delivery): unknown {
  if (ack.kind !== 'acknowledged') return undefined
  const { body } = ack
  if (typeof body === 'string') return body.trim() === '' ? undefined : { text: body }
  if (typeof body !== 'object' || body === null || Object.keys(body).length === 0) return undefined
  return body
}

function codeOf(error: unknown): string {
  if (error instanceof ApiError) return error.code
  throw error
}
