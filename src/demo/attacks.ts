import type { Payload } from '../workspace/payloads.ts'
import type { SeenMessage } from '../workspace/seen.ts'
import type { Changed } from '../workspace/state.ts'
import type { Call, Delivery } from '../workspace/traffic.ts'
import { until } from '../workspace/waiting.ts'
import type { Town } from './town.ts'

/** What an attacker can try, with the words of the menu. */
export const ATTACKS = {
  'self-approval': 'Ann approves her own request',
  guest: 'A guest presses Approve',
  outsider: 'Somebody of another company presses Approve',
  'stale-card': 'Lee approves on a card that shows something else',
  'forged-value': 'A button with a forged value',
  replay: 'Ann’s command is sent again, byte for byte',
  ping: 'A reason that pings everybody',
} as const

export type Attack = keyof typeof ATTACKS

const REASON = 'replica lag on the primary'
const PINGING = '<!channel> <@U0LEE> approved by @lee *already* <https://evil.example|click here>'
const ENTITLEMENTS = ['orders-read', 'orders-write']

/** Reading who is in a group alone may take 3 s, and Slack may be slow. */
const ANSWERS_WITHIN_MS = 20_000
/** So long a repeated command is given to do harm: a good bot says nothing, for which nobody can wait. */
const HARM_WITHIN_MS = 1_000

/** Who tries it where, and what Ann holds already, which she cannot ask for again. */
export interface Scene {
  readonly town: Town
  readonly held: readonly string[]
}

/**
 * Runs one attack over the ordinary wire, on a request that waits, until the bot has answered. Gives what came of it
 * in one sentence, where the bot itself does not say it.
 *
 * @throws with a sentence for the page's reader, when it cannot be tried now
 */
export async function attack(scene: Scene, which: Attack): Promise<string | undefined> {
  const { town } = scene
  if (which === 'ping') {
    await asks(scene, PINGING)
    return 'It is on the card as it was typed: nobody was pinged, nothing is a link.'
  }
  if (which === 'replay') return replay(scene)
  const card = findCard(town) ?? (await asks(scene, REASON)).card
  await answered(town, () => pressWrongly(town, which, card))
  return undefined
}

async function pressWrongly(town: Town, which: Exclude<Attack, 'ping' | 'replay'>, card: SeenMessage) {
  const { workspace, ann, gus } = town
  switch (which) {
    case 'self-approval':
      return ann.presses('approve', card)
    case 'guest':
      return gus.presses('approve', card)
    case 'outsider': {
      const outsider = { id: 'U0EVE', username: 'eve', name: 'eve', team_id: 'T0ELSEWHERE' }
      return workspace.delivers({ ...pressOf(town, card), user: outsider })
    }
    case 'stale-card':
      return workspace.delivers(withValue(pressOf(town, card), (value) => value.replace(/[0-9a-f]{64}$/, flipped)))
    case 'forged-value':
      return workspace.delivers(withValue(pressOf(town, card), (value) => value.replace(/\.[^.]+\./, '.forged-copy.')))
  }
}

async function replay(scene: Scene): Promise<string> {
  const { workspace } = scene.town
  const { delivery } = await asks(scene, REASON)
  const harm = nextAnswer(scene.town, HARM_WITHIN_MS)
  await workspace.repeats(delivery)
  return harm.then(
    () => 'The second was answered as if it were new: that is a fault of the bot.',
    () => 'One request, as before: the second was recognised and changed nothing.',
  )
}

/** Ann asks for something that she does not hold; each time for another incident, for the same words are not taken twice. */
async function asks({ town, held }: Scene, reason: string): Promise<{ card: SeenMessage; delivery: Delivery }> {
  const { ann, lee, requests } = town
  const what = ENTITLEMENTS.find((one) => !held.includes(one))
  if (what === undefined) throw new Error('Ann has all that she can ask for: try it when that has ended.')
  const old = new Set(lee.sees(requests).map(({ ts }) => ts))
  const isNew = (card: SeenMessage) => isWaiting(card) && !old.has(card.ts)
  const [{ delivery }, card] = await Promise.all([
    answered(town, () => ann.types(`/breakglass ${what} 30s INC-${43 + old.size} ${reason}`)),
    lee.waitsFor(isNew, { in: requests, within: ANSWERS_WITHIN_MS }).catch(() => undefined),
  ])
  if (!card || !delivery) throw new Error('The bot made no request of Ann’s command.')
  return { card, delivery }
}

function findCard({ lee, requests }: Town): SeenMessage | undefined {
  return lee.sees(requests).findLast(isWaiting)
}

const isWaiting = ({ buttons }: SeenMessage) => buttons.some(({ actionId }) => actionId === 'approve')

/** Does something, and waits for the bot's answer: by then, what came of it is stored. */
async function answered<Done>(town: Town, act: () => Promise<Done>): Promise<Done> {
  const [done] = await Promise.all([act(), nextAnswer(town, ANSWERS_WITHIN_MS)])
  return done
}

function nextAnswer({ workspace }: Town, within: number): Promise<true> {
  return until(workspace.state, {
    look: (changed?: Changed) => (changed?.kind === 'call' && isAnswer(changed.call) ? true : undefined),
    within,
    complaint: () => 'The bot did not answer in time.',
  })
}

const isAnswer = ({ method, answer }: Call) => method === 'response_url' && answer === 'ok'

/** What Slack would send if Lee pressed Approve now. */
function pressOf({ lee }: Town, card: SeenMessage): Payload {
  return lee.payloadOf('approve', card)
}

function withValue(payload: Payload, change: (value: string) => string): Payload {
  const actions = payload.actions as readonly { value: string }[]
  return { ...payload, actions: actions.map((action) => ({ ...action, value: change(action.value) })) }
}

/** The digest of other terms. */
function flipped(digest: string): string {
  return [...digest].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join('')
}
