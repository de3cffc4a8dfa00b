import type { SlackId } from '../../core/ids.ts'
import { membersIn, partiesOf } from '../../core/liveness.ts'
import type { Policy } from '../../core/policy.ts'
import type { Remark } from '../../core/remark.ts'
import type { Clock, Log, People, Schedules } from '../../operations/ports.ts'
import { Self } from '../identity.ts'
import { SlackPeople } from '../people.ts'
import { failureOf, loggable } from '../slack-error.ts'
import { webClient } from '../web-client.ts'
import { surveyChannels } from './channels.ts'
import { surveyDrawings } from './drawings.ts'
import { patiently } from './patient.ts'
import { lookUpAll, surveyPeople } from './people.ts'
import { reachAll, surveyReach } from './reach.ts'
import { surveySchedules } from './schedules.ts'
import { surveyAppToken, surveyBotToken, surveySigningSecret } from './tokens.ts'
import { type Members, surveyGroups } from './usergroups.ts'

export interface LookOptions {
  readonly botToken: string
  /** The other credential: by which Slack reaches the bot. */
  readonly mode:
    | { readonly kind: 'socket'; readonly appToken: Concealed }
    | { readonly kind: 'http'; readonly signingSecret: Concealed }
  readonly apiUrl: string
  readonly policy: Policy
  readonly schedules: Schedules
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
  const { botToken, apiUrl, policy, schedules, clock } = options
  const client = webClient(botToken, apiUrl)
  const { groups, people: whoIsWho } = policy
  const asking = { client, self: new Self(client, SILENT), naming: whoIsWho.subject }
  const people = new SlackPeople({ ...asking, groups, schedules, clock, log: SILENT })
  return {
    people,
    find: async (email) => {
      try {
        return (await patiently(() => client.users.lookupByEmail({ email }))).user?.id
      } catch (error) {
        if (failureOf(error).kind === 'final') return undefined
        throw new Error(`Slack could not be asked: ${loggable(error).code}`)
      }
    },
    survey: (tell) => survey(options, client, people, tell),
  }
}

async function survey(
  { mode, apiUrl, policy, schedules }: LookOptions,
  client: ReturnType<typeof webClient>,
  people: People,
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
  const groups = await surveyGroups(client, policy)
  const onCall = await surveySchedules(schedules, people, policy)
  const members = new Map([...groups.members, ...onCall.members])
  const known = await lookUpAll({ client, self: bot.self, policy, members: withSingles(policy, members), tell })
  const reached = await reachAll({ client, policy, members, known, tell })
  tell('Asking Slack about cards and forms')
  const drawings = await surveyDrawings(client, policy)
  return [
    ...credentials,
    ...channels,
    ...groups.remarks,
    ...onCall.remarks,
    ...surveyPeople(members, known),
    ...surveyReach(policy, { members, known, reached }),
    ...drawings,
  ]
}

/** A step of a rule may name a person, who is in no group of the config. */
function withSingles(policy: Policy, members: Members): Members {
  return new Map([
    ...partiesOf(policy).answer.map((group) => [group.name, membersIn(group, members)] as const),
    ...members,
  ])
}
