import type { Payload } from '../workspace/payloads.ts'
import type { SeenMessage } from '../workspace/seen.ts'
import type { Delivery } from '../workspace/traffic.ts'
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

const REASON = 'INC-42 replica lag on the primary'
const PINGING = 'INC-42 <!channel> <@U0LEE> approved by @lee *already* <https://evil.example|click here>'

/** Runs one attack over the ordinary wire, on a request that waits; gives what came of it in one sentence, if anything was said. */
export async function attack(town: Town, which: Attack): Promise<string | undefined> {
  const { workspace, ann, gus } = town
  if (which === 'ping') {
    await ann.types(`/breakglass orders-write 20s ${PINGING}`)
    await waitingCard(town, 'orders-write')
    return 'It is on the card as it was typed: nobody was pinged, nothing is a link.'
  }
  if (which === 'replay') {
    const delivery = (await newRequest(town)) ?? workspace.deliveries.findLast(isCommandOfAnn(ann.id))
    if (delivery) await workspace.repeats(delivery)
    return 'One request, as before: the second was recognised and changed nothing.'
  }
  await newRequest(town)
  const card = await waitingCard(town)
  switch (which) {
    case 'self-approval':
      await ann.presses('approve', card)
      break
    case 'guest':
      await gus.presses('approve', card)
      break
    case 'outsider': {
      const outsider = { id: 'U0EVE', username: 'eve', name: 'eve', team_id: 'T0ELSEWHERE' }
      await workspace.delivers({ ...pressOf(town, card), user: outsider })
      break
    }
    case 'stale-card':
      await workspace.delivers(withValue(pressOf(town, card), (value) => value.replace(/[0-9a-f]{64}$/, flipped)))
      break
    case 'forged-value':
      await workspace.delivers(withValue(pressOf(town, card), (value) => value.replace(/\.[^.]+\./, '.forged-copy.')))
  }
  return undefined
}

/** Ann asks, unless a request of hers waits already. */
async function newRequest(town: Town): Promise<Delivery | undefined> {
  if (findCard(town)) return undefined
  const { delivery } = await town.ann.types(`/breakglass orders-read 30s ${REASON}`)
  return delivery
}

function findCard({ lee, requests }: Town): SeenMessage | undefined {
  return lee.sees(requests).findLast(isWaiting('orders'))
}

function waitingCard({ lee, requests }: Town, what = 'orders'): Promise<SeenMessage> {
  return lee.waitsFor(isWaiting(what), { in: requests })
}

const isWaiting =
  (what: string) =>
  ({ plain, buttons }: SeenMessage) =>
    plain.includes(what) && buttons.some(({ actionId }) => actionId === 'approve')

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

const isCommandOfAnn = (id: string) => (delivery: Delivery) =>
  delivery.kind === 'command' && delivery.payload.user_id === id
