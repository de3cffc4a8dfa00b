import type { WebClient } from '@slack/web-api'
import { z } from 'zod'
import type { Policy } from '../core/policy.ts'
import { failureOf } from './slack-error.ts'

/** What was found about the configured channels. */
export interface ChannelFindings {
  /** What is wrong, in sentences for the security people. */
  readonly wrong: readonly string[]
  /** Channels that Slack did not tell about. */
  readonly unknown: readonly string[]
}

/** The part of `conversations.info` that decides. */
const info = z.object({
  is_member: z.boolean().optional(),
  is_private: z.boolean().optional(),
  is_archived: z.boolean().optional(),
  is_shared: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
  is_org_shared: z.boolean().optional(),
  is_pending_ext_shared: z.boolean().optional(),
})

/** Every channel that the config names. */
export function configuredChannels({ securityChannel, requestsChannel, rules }: Policy): readonly string[] {
  const named = [securityChannel, requestsChannel, ...[...rules.values()].map((rule) => rule.channel)]
  return [...new Set(named.filter((channel) => channel !== undefined))]
}

/** Asks Slack about each configured channel. What Slack does not tell counts as unknown, never as well. */
export async function checkChannels(client: WebClient, policy: Policy): Promise<ChannelFindings> {
  const channels = configuredChannels(policy)
  const found = await Promise.all(
    channels.map((channel) => faultsOf(client, channel, channel === policy.securityChannel)),
  )
  return {
    wrong: found.flatMap((faults) => faults ?? []),
    unknown: channels.filter((_, index) => found[index] === undefined),
  }
}

/** What is wrong with a channel, a sentence each; `undefined` if Slack does not tell. */
export async function faultsOf(client: WebClient, channel: string, security: boolean): Promise<string[] | undefined> {
  try {
    const { channel: found } = await client.conversations.info({ channel })
    const read = info.safeParse(found)
    return read.success ? judge(channel, read.data, security) : undefined
  } catch (error) {
    const failure = failureOf(error)
    if (failure.kind !== 'final') return undefined
    return [`Channel ${channel} does not exist, or I am not a member of it: invite me there with /invite.`]
  }
}

function judge(channel: string, found: z.infer<typeof info>, security: boolean): string[] {
  const shared = found.is_shared || found.is_ext_shared || found.is_org_shared || found.is_pending_ext_shared
  return [
    ...(found.is_archived ? [`Channel ${channel} is archived: unarchive it, or name another one in the config.`] : []),
    ...(found.is_member !== false ? [] : [`I am not a member of channel ${channel}: invite me there with /invite.`]),
    ...(shared ? [`Channel ${channel} is shared with another workspace: others could read it. Stop sharing it.`] : []),
    ...(security && !found.is_private ? [`The security channel ${channel} is public: make it private.`] : []),
  ]
}
