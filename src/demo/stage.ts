import type { Surroundings } from '../workspace/page/server.ts'
import { ATTACKS, type Attack, attack } from './attacks.ts'
import type { BotProcess } from './bot-process.ts'
import type { Answer, Orders } from './orders.ts'
import { IDEAS, type Progress, STEPS } from './steps.ts'
import { TARGET_FAULTS, type TargetProxy } from './target-proxy.ts'
import type { Town } from './town.ts'

/** What can be wrong with Slack. */
const SLACK_FAULTS = ['none', 'slow', 'rate-limited', 'down'] as const
type SlackFault = (typeof SLACK_FAULTS)[number]

const LOOK_EVERY_MS = 1_000
const MOST_TRAFFIC = 60

interface StageParts {
  readonly town: Town
  readonly orders: Orders
  readonly proxy: TargetProxy
  readonly bot: BotProcess
  readonly configText: string
}

interface Live {
  readonly id: string
  readonly entitlement: string
  readonly state: string
  readonly expiresAt: string
}

/** Everything on the page that is not Slack: the target, the bot, the faults, the attacks, the steps. */
export class Stage implements Surroundings {
  readonly #parts: StageParts
  readonly #listeners = new Set<() => void>()
  readonly #progress: Progress = {
    refusedBefore: false,
    asked: false,
    approved: false,
    read: false,
    refusedAgain: false,
  }
  #truth: { roles: string[]; sessions: number } = { roles: [], sessions: 0 }
  #grants: readonly Live[] = []
  #slackFault: SlackFault = 'none'
  #looking: NodeJS.Timeout | undefined
  #stopped = false

  constructor(parts: StageParts) {
    this.#parts = parts
    parts.bot.onChange = () => this.#changed()
    parts.orders.onCut = () => this.#changed()
    parts.town.workspace.state.onChange((changed) => {
      if (changed.kind === 'message') void this.#lookAtGrants()
    })
    this.#look()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#looking)
  }

  state(): unknown {
    const { town, bot, proxy, configText } = this.#parts
    return {
      steps: STEPS.map(({ done, words }) => ({ words, done: this.#progress[done] })),
      target: {
        ...this.#truth,
        grants: this.#grants,
        fault: proxy.fault,
        faults: TARGET_FAULTS,
      },
      slackFault: { is: this.#slackFault, all: SLACK_FAULTS },
      bot: { isRunning: bot.isRunning, isConnected: town.workspace.sockets > 0 },
      attacks: Object.entries(ATTACKS).map(([id, words]) => ({ id, words })),
      config: configText,
      ideas: IDEAS,
    }
  }

  async does(name: string, asked: unknown): Promise<unknown> {
    const given = Object(asked) as Record<string, unknown>
    switch (name) {
      case 'query':
        return this.#query(String(given.sql ?? ''))
      case 'attack':
        return this.#attack(String(given.which ?? ''))
      case 'slack-fault':
        return this.#failSlack(oneOf(SLACK_FAULTS, given.fault))
      case 'target-fault':
        this.#parts.proxy.sets(oneOf(TARGET_FAULTS, given.fault))
        return this.#changed()
      case 'bot':
        if (given.does === 'kill') await this.#parts.bot.kill()
        else this.#parts.bot.start()
        return this.#changed()
      case 'traffic':
        return this.#traffic()
      default:
        throw new Error(`there is no ${name}`)
    }
  }

  async #query(sql: string): Promise<Answer> {
    const answer = await this.#parts.orders.ask(sql)
    if (answer.kind === 'rows') this.#progress.read ||= answer.isOurs
    else if (answer.kind !== 'failed') {
      this.#progress.refusedBefore = true // also for whoever left it out: she is refused without access
      this.#progress.refusedAgain ||= this.#progress.read
    }
    this.#changed()
    void this.#lookAtTarget() // beside the answer stands what goes with it
    return answer
  }

  /** What was tried, what the person was told, and what it left in the audit log. */
  async #attack(which: string) {
    if (!Object.hasOwn(ATTACKS, which)) throw new Error(`there is no attack ${which}`)
    const { town, bot } = this.#parts
    if (town.workspace.sockets === 0) throw new Error('The bot has no connection to Slack: there is nobody to attack.')
    const heard = new Set(this.#answers().map(({ ts }) => ts))
    const before = town.workspace.deliveries.at(-1)
    const own = await attack({ town, held: this.#grants.map(({ entitlement }) => entitlement) }, which as Attack)
    const said = this.#answers()
      .filter(({ ts }) => !heard.has(ts))
      .map(({ plain }) => plain)
    const { deliveries } = town.workspace
    const first = deliveries[before ? deliveries.lastIndexOf(before) + 1 : 0]?.at ?? Number.POSITIVE_INFINITY
    const log = JSON.parse(await bot.runs('audit', 'show', '--json')) as { at: string }[]
    const events = log.filter(({ at }) => Date.parse(at) >= first)
    return { tried: ATTACKS[which as Attack], said: own ? [own, ...said] : said, events }
  }

  /** What the bot said to one person alone. */
  #answers() {
    const { ann, lee, gus, requests } = this.#parts.town
    return [ann, lee, gus].flatMap((person) => person.sees(requests).filter(({ isEphemeral }) => isEphemeral))
  }

  #failSlack(fault: SlackFault): void {
    const { workspace } = this.#parts.town
    workspace.recovers()
    if (workspace.isDown && fault !== 'down') workspace.comesUp()
    if (fault === 'down') workspace.goesDown()
    if (fault === 'slow') workspace.fails('*', { kind: 'slow', ms: 2_000 })
    if (fault === 'rate-limited') workspace.fails('*', { kind: 'rate limited', retryAfter: 3 })
    this.#slackFault = fault
    this.#changed()
  }

  #traffic() {
    const { calls, deliveries } = this.#parts.town.workspace
    const fromBot = calls
      .slice(-MOST_TRAFFIC)
      .map(({ at, method, args, answer }) => ({ at, to: 'slack', what: method, body: args, answer }))
    const toBot = deliveries
      .slice(-MOST_TRAFFIC)
      .map(({ at, kind, payload, ack }) => ({ at, to: 'bot', what: kind, body: payload, answer: ack.kind }))
    return { traffic: [...fromBot, ...toBot].sort((a, b) => a.at - b.at).slice(-MOST_TRAFFIC) }
  }

  #look(): void {
    this.#looking = setTimeout(async () => {
      await this.#lookAtTarget()
      if (!this.#stopped) this.#look()
    }, LOOK_EVERY_MS)
  }

  async #lookAtTarget(): Promise<void> {
    const truth = await this.#parts.orders.truth().catch(() => this.#truth)
    if (JSON.stringify(truth) === JSON.stringify(this.#truth)) return
    this.#truth = truth
    this.#changed()
  }

  #reading: Promise<void> | undefined
  #readAgain = false

  /** Asks for the grants as an operator would; once more if something happened meanwhile. */
  #lookAtGrants(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true
      return this.#reading
    }
    this.#reading = (async () => {
      do {
        this.#readAgain = false
        await this.#readGrants().catch(() => undefined)
      } while (this.#readAgain && !this.#stopped)
      this.#reading = undefined
    })()
    return this.#reading
  }

  /** One process for a look, and two at the first request: nobody has a grant before. */
  async #readGrants(): Promise<void> {
    const list = async (what: string) =>
      JSON.parse(await this.#parts.bot.runs(what, '--json', '--limit', '20')) as readonly Live[]
    if (!this.#progress.asked && (await list('requests')).length === 0) return
    this.#progress.asked = true
    this.#changed()
    const grants = await list('grants')
    this.#grants = grants.filter(({ state }) => state !== 'revoked')
    this.#progress.approved ||= grants.length > 0
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function oneOf<Name extends string>(names: readonly Name[], asked: unknown): Name {
  const found = names.find((name) => name === asked)
  if (!found) throw new Error(`it is one of ${names.join(', ')}`)
  return found
}
