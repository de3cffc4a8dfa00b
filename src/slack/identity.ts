import type { WebClient } from '@slack/web-api'
import type { Log } from '../operations/ports.ts'
import { loggable } from './slack-error.ts'

/** Who the bot is, and where it is installed. */
export interface Identity {
  readonly teamId: string
  readonly enterpriseId: string | undefined
  readonly botId: string | undefined
  readonly botUserId: string | undefined
}

/** Asks Slack once who the bot is, again until it answers, and remembers. */
export class Self {
  readonly #client: WebClient
  readonly #log: Log
  #known: Identity | undefined
  #answers = false
  #asking: Promise<Identity | undefined> | undefined

  constructor(client: WebClient, log: Log) {
    this.#client = client
    this.#log = log
  }

  /** Whether Slack answered the last time it was asked. */
  get answers(): boolean {
    return this.#answers
  }

  /** Asks Slack again whether it is there. */
  async ping(): Promise<boolean> {
    await this.#call()
    return this.#answers
  }

  /** What is known, without a call. */
  get known(): Identity | undefined {
    return this.#known
  }

  /** Asks Slack if it was never answered; `undefined` while Slack is down. */
  async ask(): Promise<Identity | undefined> {
    if (this.#known) return this.#known
    this.#asking ??= this.#call().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #call(): Promise<Identity | undefined> {
    try {
      const {
        team_id: teamId,
        enterprise_id: enterpriseId,
        user_id: botUserId,
        bot_id: botId,
      } = await this.#client.auth.test()
      this.#answers = teamId !== undefined
      if (!teamId) return undefined
      this.#known = { teamId, enterpriseId: enterpriseId || undefined, botUserId, botId }
      return this.#known
    } catch (error) {
      this.#answers = false
      this.#log.warn(loggable(error), 'Slack does not answer; asking again')
      return undefined
    }
  }
}
