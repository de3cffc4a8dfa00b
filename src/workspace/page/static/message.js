import { el } from './dom.js'
import { does } from './server.js'

/** Slack says once who wrote what follows within this time. */
const FOLLOWS_WITHIN_MS = 5 * 60_000

/** Slack does not say again who wrote, in what follows at once. */
export function follows(message, before) {
  if (!before || before.author !== message.author || before.isEphemeral || message.isEphemeral) return false
  return (Number(message.ts) - Number(before.ts)) * 1000 < FOLLOWS_WITHIN_MS
}

/** What stands above the first message of a conversation. */
export function beginning({ name, isDirect }) {
  const words = isDirect
    ? 'This is your direct conversation with breakglass. Type /breakglass below to ask it for something.'
    : `This is the very beginning of the #${name} channel.`
  return el('p', { class: 'beginning' }, words)
}

/** The picture beside a name: the app's own, or a letter. */
export function avatar(member, id) {
  if (member?.isBot) return el('span', { class: 'avatar bot', 'aria-hidden': 'true' })
  const { hue = 0, realName = id } = member ?? {}
  return el('span', { class: `avatar hue-${hue}`, 'aria-hidden': 'true' }, realName.slice(0, 1))
}

/** What the app offers for what people wrote: in Slack, below the three dots of a message. */
export function shortcuts({ shortcuts: all, me }, on, whose) {
  return all.map(({ callbackId, name }) => {
    const label = `${name}, about the message of ${whose}`
    const pick = () => void does('act', { as: me, verb: 'picks', callbackId, on })
    return el('button', { type: 'button', class: 'shortcut', 'aria-label': label, onClick: pick }, name)
  })
}
