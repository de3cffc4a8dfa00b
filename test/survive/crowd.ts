import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../../src/workspace/person.ts'
import type { SeenMessage } from '../../src/workspace/seen.ts'
import { seen } from '../../src/workspace/seen.ts'
import { currentVersion, type Message } from '../../src/workspace/state.ts'
import type { Chance } from './chance.ts'
import { Memory } from './memory.ts'
import type { Town } from './town.ts'
import { PURPOSES } from './town-config.ts'

const ASK_EVERY_MS = 45
/** How long people wait before they ask again a bot that does not answer. */
const AWAY_MS = 200
/** Many short ones: what takes effect late may do so after their end. */
const LENGTHS = ['1s', '1s', '2s', '3s', '4s', '5s'] as const
/** Of those who get access, so many ask for more time. */
const MORE_TIME_SHARE = 0.5
/** An approver who does not get through tries again, so often at most. */
const TRIES = 30

export interface CrowdOptions {
  readonly town: Town
  readonly chance: Chance
  /** How much is under way, as the bot's database says. */
  underWay(): number
  /** As many as shall be. */
  readonly wanted: number
}

/** Many people at once: they ask, approve, deny, cancel, give back, and try again when the bot is away. */
export class Crowd {
  readonly memory = new Memory()
  readonly #options: CrowdOptions
  readonly #known = new Set<string>()
  readonly #going = new Set<Promise<void>>()
  #asking = 0
  /** Until then nobody asks, as the bot did not answer. */
  #awayUntil = 0
  #timer: NodeJS.Timeout | undefined
  #unlisten: (() => void) | undefined
  #denying = false
  #gone = false

  constructor(options: CrowdOptions) {
    this.#options = options
  }

  comes(): void {
    const { state } = this.#options.town.workspace
    this.#unlisten = state.onChange((changed) => {
      if (changed.kind === 'message') this.#look(changed.message)
    })
    this.#timer = setInterval(() => this.#askIfWanted(), ASK_EVERY_MS)
  }

  /** Nobody asks any more; what was asked is still decided. */
  stopsAsking(): void {
    clearInterval(this.#timer)
  }

  async leaves(): Promise<void> {
    this.#gone = true
    this.stopsAsking()
    this.#unlisten?.()
    await Promise.all(this.#going)
  }

  #begin(work: () => Promise<unknown>): void {
    const going: Promise<void> = work()
      .then(
        () => undefined,
        () => undefined, // what cannot be pressed any more is left alone
      )
      .finally(() => this.#going.delete(going))
    this.#going.add(going)
  }

  #askIfWanted(): void {
    const { town, wanted, underWay } = this.#options
    if (underWay() + this.#asking >= wanted || Date.now() < this.#awayUntil || !town.weather.slackIsThere) return
    this.#begin(() => this.#ask())
  }

  async #ask(): Promise<void> {
    const { town, chance } = this.#options
    const { person } = chance.pick(town.engineers)
    if (chance.hits(0.03)) return void (await this.#type('mine', person, '/breakglass mine'))
    const entitlement = chance.pick(town.entitlements)
    this.#asking += 1
    try {
      const reason = this.#newReason(person, entitlement)
      await this.#type(
        'ask',
        person,
        `/breakglass ${entitlement} ${chance.pick(LENGTHS)} ${chance.pick(PURPOSES)} ${reason}`,
        reason,
      )
    } finally {
      this.#asking -= 1
    }
  }

  #newReason(by: Person, what: string): string {
    const reason = `INC-${this.memory.asks.length + 1} replica lag`
    this.memory.asks.push({ by: by.id, what, reason })
    return reason
  }

  /** Tells whether it was heard. */
  async #type(kind: string, by: Person, line: string, reason?: string): Promise<boolean> {
    const saw = await by.types(line)
    this.memory.heard(kind, saw, { by: by.id, reason })
    if (!saw.acknowledged) this.#awayUntil = Date.now() + AWAY_MS
    return saw.acknowledged
  }

  /** A message has changed: whoever it concerns may want to press something on it. */
  #look(message: Message): void {
    const { town, chance } = this.#options
    const card = seen(message, town.workspace.state)
    const isNew = (action: string) => has(card, action) && this.#isNew(`${card.ts} ${action}`)
    if (town.cardChannels.some(({ id }) => id === message.channel)) {
      if (isNew('approve')) this.#begin(() => this.#decide(card))
      else if (isNew('deny') && chance.hits(0.05)) this.#begin(() => this.#takeAway(card))
      return
    }
    const owner = town.engineers.find(({ person }) => person.dm.id === message.channel)?.person
    if (owner && isNew('cancel') && chance.hits(0.06)) this.#begin(() => this.#press(owner, 'cancel', card))
    if (!owner || !isNew('end_early')) return
    if (chance.hits(MORE_TIME_SHARE)) this.#begin(() => this.#askMoreTime(owner, card))
    if (chance.hits(0.25)) this.#begin(() => this.#giveBack(owner, card))
  }

  #isNew(key: string): boolean {
    const before = this.#known.size
    return this.#known.add(key).size > before
  }

  /** Approvers decide about a card, one after the other, until it has no button any more. */
  async #decide(card: SeenMessage): Promise<void> {
    const { town, chance } = this.#options
    if (chance.hits(0.03)) return // nobody is there: it lapses
    if (chance.hits(0.08) && !this.#denying) return this.#deny(card)
    const first = Math.floor(chance.between(0, town.leads.length))
    for (let tried = 0; tried < TRIES && !this.#gone; tried += 1) {
      await sleep(chance.between(20, tried === 0 ? 300 : 500))
      if (!this.#still(card, 'approve')) return
      if (!town.weather.slackIsThere) continue
      const press = () => this.#press(town.leads[(first + tried) % town.leads.length]!, 'approve', card)
      await (chance.hits(0.1) ? Promise.all([press(), press()]) : press()) // some press twice
    }
  }

  /** One denies at a time, as a person has one modal on top. */
  async #deny(card: SeenMessage): Promise<void> {
    const by = this.#options.town.leads[2]!
    this.#denying = true
    try {
      await this.#press(by, 'deny', card)
      await by.waitsForModal('deny', { within: 1_500 })
      this.memory.presses.push({ by: by.id, action: 'deny', request: requestOf(card) })
      this.memory.heard('form deny', await by.submits({ reason: 'not tonight' }), { by: by.id, reason: undefined })
    } finally {
      while (by.modal) await by.closes()
      this.#denying = false
    }
  }

  /** The security team, or an approver, takes something away by a command. */
  async #takeAway(card: SeenMessage): Promise<void> {
    const { town, chance } = this.#options
    await sleep(chance.between(0, 1_500))
    await this.#type(
      'revoke',
      chance.hits(0.5) ? town.sam : town.leads[0]!,
      `/breakglass revoke ${requestOf(card)} odd`,
    )
  }

  /** By the button or by a command, at once or later. */
  async #giveBack(owner: Person, card: SeenMessage): Promise<void> {
    const { chance } = this.#options
    await sleep(chance.hits(0.5) ? 0 : chance.between(0, 2_000))
    if (chance.hits(0.5)) return this.#press(owner, 'end_early', card)
    await this.#type('end', owner, `/breakglass end ${requestOf(card)}`)
  }

  /** For what is active, at once or later, again while nobody answers; sometimes it is too late then. */
  async #askMoreTime(owner: Person, card: SeenMessage): Promise<void> {
    const { chance } = this.#options
    await sleep(chance.hits(0.7) ? 0 : chance.between(0, 2_000))
    const request = requestOf(card)
    for (let tried = 0, heard = false; tried < 4 && !heard && !this.#gone; tried += 1) {
      const reason = this.#newReason(owner, request)
      heard = await this.#type('extend', owner, `/breakglass extend ${request} ${LENGTHS.at(-1)} ${reason}`, reason)
      if (!heard) await sleep(AWAY_MS)
    }
  }

  async #press(by: Person, action: string, card: SeenMessage): Promise<void> {
    this.memory.presses.push({ by: by.id, action, request: requestOf(card) })
    this.memory.heard(`press ${action}`, await by.presses(action, card), { by: by.id, reason: undefined })
  }

  #still(card: SeenMessage, action: string): boolean {
    const { state } = this.#options.town.workspace
    const message = state.message(card.channel, card.ts)
    return message !== undefined && currentVersion(message).blocks.length > 0 && has(seen(message, state), action)
  }
}

function has({ buttons }: SeenMessage, action: string): boolean {
  return buttons.some(({ actionId }) => actionId === action)
}

function requestOf({ plain }: SeenMessage): string {
  return /R-[0-9A-Z]{6}/.exec(plain)?.[0] ?? 'none'
}
