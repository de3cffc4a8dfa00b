import type { WebClient } from '@slack/web-api'
import type { Policy } from '../../core/policy.ts'
import { type Remark, well } from '../../core/remark.ts'
import { configuredChannels, faultsOf } from '../channels.ts'

/** Whether each configured channel is there, joined and safe: if not, the bot gives no access. */
export async function surveyChannels(client: WebClient, policy: Policy): Promise<readonly Remark[]> {
  const remarks: Remark[] = []
  for (const channel of configuredChannels(policy)) {
    const security = channel === policy.securityChannel
    const where = keysOf(channel, policy).join(', ')
    const faults = await faultsOf(client, channel, security)
    if (faults === undefined) remarks.push(unknown(where, channel))
    else if (faults.length > 0) remarks.push(...faults.map((sentence) => faulty(where, sentence)))
    else remarks.push(well(where, `${channel} is there, joined and not shared${security ? ', and private' : ''}`))
  }
  return remarks
}

/** The keys of the config that name the channel. */
function keysOf(channel: string, { securityChannel, requestsChannel, rules }: Policy): string[] {
  return [
    ...(channel === securityChannel ? ['slack.security_channel'] : []),
    ...(channel === requestsChannel ? ['slack.requests_channel'] : []),
    ...[...rules.values()].filter((rule) => rule.channel === channel).map(({ name }) => `rules.${name}.channel`),
  ]
}

/** The sentences say what is wrong, a colon, and what to do. */
function faulty(where: string, sentence: string): Remark {
  const [what = sentence, ...rest] = sentence.split(': ')
  const fix = rest.join(': ')
  return { level: 'fault', where, what, fix: fix ? `${fix[0]?.toUpperCase()}${fix.slice(1)}` : null }
}

function unknown(where: string, channel: string): Remark {
  return {
    level: 'fault',
    where,
    what: `Slack does not tell about ${channel}, and until it does no access is given`,
    fix: 'See that the bot token has channels:read and groups:read, and try again.',
  }
}
