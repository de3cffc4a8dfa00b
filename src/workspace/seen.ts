import { pressables } from './pressable.ts'
import { plain, plainMrkdwn } from './rendering.ts'
import { currentVersion, type Message, type State, type Version } from './state.ts'

/** A button as a person sees it. */
export interface SeenButton {
  readonly actionId: string
  readonly blockId: string
  readonly label: string
  readonly value: string | undefined
  readonly style: 'primary' | 'danger' | undefined
  readonly url: string | undefined
  /** The question that is asked before the press counts. */
  readonly confirm: string | undefined
}

/** One look of a message: what a person could read from `at` on. */
export interface SeenVersion {
  readonly at: number
  readonly text: string
  readonly plain: string
}

/** A message as a person saw it at one moment. Pressing something on it looks at the message as it is by then. */
export interface SeenMessage {
  readonly ts: string
  readonly channel: string
  readonly threadTs: string | undefined
  readonly author: string
  readonly isEphemeral: boolean
  /** When it was taken away; only `everShown` shows such messages. */
  readonly deletedAt: number | undefined
  /** The top-level text, as it was sent: notifications and screen readers use it. */
  readonly text: string
  /** All visible text, as a person reads it. */
  readonly plain: string
  readonly buttons: readonly SeenButton[]
  /** Everybody whom it notifies: ids of people and groups, and `here`, `channel`, `everyone`. */
  readonly mentions: readonly string[]
  readonly blocks: Version['blocks']
  /** Every look it had until that moment, the present one last. */
  readonly history: readonly SeenVersion[]
}

/** Takes a picture of a message. */
export function seen(message: Message, state: State): SeenMessage {
  const now = currentVersion(message)
  return {
    ts: message.ts,
    channel: message.channel,
    threadTs: message.thread?.ts,
    author: message.author,
    isEphemeral: message.onlyFor !== undefined,
    deletedAt: message.deletedAt,
    text: now.text,
    plain: plainVersion(now, state),
    buttons: buttonsOf(now.blocks),
    mentions: mentionsIn(now.blocks.length > 0 ? now.blocks : { type: 'mrkdwn', text: now.text }),
    blocks: now.blocks,
    history: message.versions.map((version) => ({
      at: version.at,
      text: version.text,
      plain: plainVersion(version, state),
    })),
  }
}

/** Finds the buttons in blocks. */
export function buttonsOf(blocks: Version['blocks']): SeenButton[] {
  return pressables(blocks).flatMap(({ blockId, actionId, element }) => {
    if (element.type !== 'button') return []
    const { text, value, style, url, confirm } = element
    return [{ actionId, blockId, label: text.text, value, style, url, confirm: confirm?.text.text }]
  })
}

/** Without blocks, the text is what is shown. */
function plainVersion({ blocks, text }: Version, state: State): string {
  return blocks.length > 0 ? plain(blocks, state) : plainMrkdwn(text, state)
}

function mentionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mentionsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && value.type === 'mrkdwn' && 'text' in value) return mentionsInText(String(value.text))
  if ('type' in value && value.type === 'user' && 'user_id' in value) return [String(value.user_id)]
  if ('type' in value && value.type === 'usergroup' && 'usergroup_id' in value) return [String(value.usergroup_id)]
  if ('type' in value && value.type === 'broadcast' && 'range' in value) return [String(value.range)]
  return Object.values(value).flatMap(mentionsIn)
}

function mentionsInText(text: string): string[] {
  return [...text.matchAll(/<(?:@|!subteam\^|!)(\w+)[|>]/g)].map((match) => match[1] ?? '')
}
