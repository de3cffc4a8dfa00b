import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startWorkspace } from '../../../src/workspace/workspace.ts'
import { LEADS, leadId, personId } from '../crowd.ts'
import { serve } from './serve.ts'

/** One call that posts a message. */
export interface PostCall {
  readonly channel: unknown
  readonly at: number
  readonly ok: boolean
}

export interface Asked {
  /** From the line typed to the card in the channel, in milliseconds. */
  readonly tookMs: number
}

const CARD_WITHIN_MS = 60_000

/** The embedded Slack, with Slack's rates on. */
const workspace = await startWorkspace({
  manifest: readFileSync(join(import.meta.dirname, '../../../manifest.yml'), 'utf8'),
  realisticRates: true,
})
const named = (id: string) => workspace.person(id.slice(2).toLowerCase())
const leads = Array.from({ length: LEADS }, (_, index) => named(leadId(index)))
const requests = workspace.channel('requests', { members: leads })
workspace.channel('security', { private: true, members: [named('U0SAM')] })

serve({
  listen: () => 0,
  settings: (engineers: number) => {
    for (let index = 0; index < engineers; index += 1) named(personId(index))
    const { apiUrl, botToken, signingSecret } = workspace
    return { apiUrl, botToken, signingSecret }
  },
  deliverTo: (url: string) => workspace.deliverTo(url),
  asks: async ({ by, line }: { by: number; line: string }): Promise<Asked> => {
    const person = named(personId(by))
    const typedAt = Date.now()
    const before = new Set(workspace.everShown(requests).map(({ ts }) => ts))
    await person.types(line)
    await leads[0]!.waitsFor(({ ts, buttons }) => buttons.length > 0 && !before.has(ts), {
      in: requests,
      within: CARD_WITHIN_MS,
    })
    return { tookMs: Date.now() - typedAt }
  },
  posts: (): PostCall[] =>
    workspace.callsTo('chat.postMessage').map(({ args, at, answer }) => {
      return { channel: args.channel, at, ok: answer === 'ok' }
    }),
})
