import type { WebClient } from '@slack/web-api'
import { readLink } from '../../core/link.ts'
import type { FormDeps, Wish } from '../open-modal.ts'
import type { SentShortcut } from '../payload.ts'
import { loggable } from '../slack-error.ts'
import { type Entry, lineEntry } from './entry.ts'
import { openForm } from './opening.ts'

type LinkDeps = Pick<FormDeps, 'log'> & { readonly client: WebClient }

/** Somebody picked “Ask for emergency access” on a message: the form opens, with a link to that message. Never throws. */
export async function askAbout(deps: FormDeps & LinkDeps, wish: Wish, shortcut: SentShortcut): Promise<void> {
  await openForm(deps, wish, entryAbout(deps, shortcut))
}

/** Nothing is read of the message: only its address is kept. Where the bot is not, Slack may not tell it. */
async function entryAbout({ client, log }: LinkDeps, { body }: SentShortcut): Promise<Entry> {
  try {
    const { permalink } = await client.chat.getPermalink({ channel: body.channel, message_ts: body.ts })
    return lineEntry({ about: { link: readLink(permalink) } })
  } catch (error) {
    log.info({ code: loggable(error).code }, 'Slack gives no link to a message: the form opens without')
    return lineEntry({ about: { link: undefined } })
  }
}
