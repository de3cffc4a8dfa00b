import type { SeenMessage } from '../seen.ts'
import type { Conversation } from '../state.ts'
import type { View } from '../view.ts'
import type { Workspace } from '../workspace.ts'
import type { Persona } from './personas.ts'

/** Of each conversation as many messages as this are shown, the newest. */
const MOST_MESSAGES = 60

/** Pictures of people differ by colour. */
const HUES = 4

/** Everything that the page shows of Slack, as JSON. */
export function snapshot(workspace: Workspace, personas: readonly Persona[]) {
  const { state } = workspace
  return {
    people: Object.fromEntries([
      ['USLACKBOT', { name: 'slackbot', realName: 'Slackbot', isBot: false, hue: 0 }], // tells of errors, and is nobody
      ...[...state.members.values()].map(({ id, name, realName, isBot }, index) => [
        id,
        { name, realName, isBot, hue: index % HUES },
      ]),
    ]),
    channels: Object.fromEntries([...state.conversations.values()].map(({ id, name }) => [id, name])),
    groups: Object.fromEntries([...state.groups.values()].map(({ id, handle }) => [id, handle])),
    shortcuts: workspace.messageShortcuts,
    personas: personas.map((persona) => ofPersona(workspace, persona)),
  }
}

function ofPersona(workspace: Workspace, { person, title }: Persona) {
  const { id, name, member } = person
  const { dm } = person // opens the direct conversation, if it is not there yet
  const mine = [...workspace.state.conversations.values()].filter(
    (one) => one.id === dm.id || (one.with === undefined && one.members.has(id)),
  )
  const home = workspace.state.homes.get(id)
  return {
    id,
    name,
    title,
    realName: member.realName,
    conversations: mine.map((where) => ofConversation(where, person.sees(where))),
    modals: (workspace.state.modals.get(id) ?? []).map(ofView),
    home: home ? ofView(home) : null,
  }
}

function ofConversation({ id, name, with: direct, isPrivate }: Conversation, messages: SeenMessage[]) {
  return {
    id,
    name,
    isDirect: direct !== undefined,
    isPrivate,
    messages: messages.slice(-MOST_MESSAGES).map(ofMessage),
  }
}

function ofMessage({ ts, author, isEphemeral, text, blocks, history }: SeenMessage) {
  return { ts, author, isEphemeral, text, blocks, looks: history.length }
}

function ofView({ id, draft, errors, values }: View) {
  return { id, draft, errors, values }
}
