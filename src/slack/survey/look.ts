import type { SlackId } from '../../core/ids.ts'
import type { Policy } from '../../core/policy.ts'
import type { Remark } from '../../core/remark.ts'
import type { Clock, Log, People } from '../../operations/ports.ts'
import { Self } from '../identity.ts'
import { SlackPeople } from '../people.ts'
import { failureOf, loggable } from '../slack-error.ts'
import { webClient } from '../web-client.ts'
import { surveyChannels } from './channels.ts'
import { surveyDrawings } from './drawings.ts'
import { patiently } from './patient.ts'
import { lookUpAll, surveyPeople } from './people.ts'
import { surveyReach } from './reach.ts'
import { surveyAppToken, surveyBotToken, surveySigningSecret } from './tokens.ts'
import { surveyGroups } from './usergroups.ts'

export interface LookOptions {
  readonly botToken: string
  /** The other credential: by which Slack reaches the bot. */
  readonly mode:
    | { readonly kind: 'socket'; readonly appToken: Concealed }
    | { readonly kind: 'http'; readonly signingSecret: Concealed }
  readonly apiUrl: string
  readonly policy: Policy
  readonly clock: Clock
}

interface Concealed {
  reveal(): string
}

/** What fails is said in the answer. */
const SILENT: Log = { info() {}, warn() {}, error() {} }

/** Slack for looking only: nothing is posted, nothing is kept. */
export interface Look {
  readonly people: People
  /** The member with this e-mail address. @throws when Slack cannot tell */
  find(email: string): Promise<SlackId | undefined>
  /** The whole set-up in Slack. `tell` hears how far it is. Never throws for what Slack refuses. */
  survey(tell: (progress: string) => void): Promise<readonly Remark[]>
}

/** Looks into Slack with the bot's own credentials. Making it calls nobody. */
export function lookIntoSlack(options: LookOptions): Look {
  const { botToken, apiUrl, policy, clock } = options
  const client = webClient(botToken, apiUrl)
  return {
    people: new SlackPeople({
      client,
      self: new Self(client, SILENT),
      naming: policy.people.subject,
      clock,
      log: SILENT,
    }),
    find: async (email) => {
      try {
        return (await patiently(() => client.users.lookupByEmail({ email }))).user?.id
      } catch (error) {
        if (failureOf(error).kind === 'final') return undefined
        throw new Error(`Slack could not be asked: ${loggable(error).code}`)
      }
    },
    survey: (tell) => survey(options, client, tell),
  }
}

async function survey(
  { mode, apiUrl, policy }: LookOptions,
  client: ReturnType<typeof webClient>,
  tell: (progress: string) => void,
): Promise<readonly Remark[]> {
  tell('Asking Slack about the tokens')
  const bot = await surveyBotToken(client)
  const other =
    mode.kind === 'socket'
      ? await surveyAppToken(mode.appToken.reveal(), apiUrl)
      : surveySigningSecret(mode.signingSecret.reveal())
  const credentials = [...bot.remarks, other]
  if (!bot.self) return credentials
  tell('Asking Slack about channels and groups')
  const channels = await surveyChannels(client, policy)
  const { remarks: groups, members } = await surveyGroups(client, policy)
  const known = await lookUpAll({ client, self: bot.self, policy, members, tell })
  tell('Asking Slack about cards and forms')
  const drawings = await surveyDrawings(client, policy)
  return [
    ...credentials,
    ...channels,
    ...groups,
    ...surveyPeople(members, known),
    ...(members.size < policy.groups.size ? [] : surveyReach(policy, members, known)),
    ...drawings,
  ]
}
