import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import type { Log } from '../operations/ports.ts'
import { failureOf, loggable } from './slack-error.ts'

/** Modals in front of people. No method throws: what does not work is logged. */
export class Modals {
  readonly #client: WebClient
  readonly #log: Log

  constructor(client: WebClient, log: Log) {
    this.#client = client
    this.#log = log
  }

  /**
   * Opens a modal for whoever pulled the trigger, at most three seconds ago. `twice`: that trigger has opened one
   * already, so this is a duplicate; `undefined`: it does not open.
   */
  async open(trigger: string, view: ModalView): Promise<OpenModal | 'twice' | undefined> {
    try {
      const { view: opened } = await this.#client.views.open({ trigger_id: trigger, view })
      if (!opened?.id) throw new Error('views.open answered without a view')
      return { id: opened.id, hash: opened.hash }
    } catch (error) {
      const { code } = loggable(error)
      if (code === 'exchanged_trigger_id') return 'twice'
      this.#log.warn({ code, modal: view.callback_id }, 'a modal did not open')
      return undefined
    }
  }

  /** Draws an open modal anew; with a `hash`, only if nobody did so meanwhile. Whether it shows what it should, or is closed. */
  async redraw({ id, hash }: OpenModal, view: ModalView): Promise<boolean> {
    try {
      await this.#client.views.update({ view_id: id, view, ...(hash === undefined ? {} : { hash }) })
      return true
    } catch (error) {
      const failure = failureOf(error)
      if ('code' in failure && OVERTAKEN.has(failure.code)) return true
      this.#log.warn({ ...loggable(error), modal: view.callback_id }, 'a modal could not be drawn again')
      return false
    }
  }
}

/** A modal that is open, and the look that it had. */
export interface OpenModal {
  readonly id: string
  readonly hash?: string | undefined
}

/** The person has closed it, or it was drawn again since. */
const OVERTAKEN: ReadonlySet<string> = new Set(['not_found', 'view_not_found', 'hash_conflict'])
