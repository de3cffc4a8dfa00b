import type { State } from './state.ts'

const SPECIAL: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const REFERENCES = /(?<![\w@#])@([\w.-]+)|(?<![\w@#])#([\w-]+)|https?:\/\/[^\s<>]+/g

/**
 * Writes what a person typed behind a command as Slack sends it when the manifest says `should_escape`: people and
 * channels that exist, and addresses, stand in angle brackets; `&`, `<` and `>` become entities.
 */
export function escaped(typed: string, state: State): string {
  const people = new Map([...state.members.values()].map((one) => [one.name, one.id]))
  const named = [...state.conversations.values()].filter((one) => one.with === undefined)
  const channels = new Map(named.map((one) => [one.name, one.id]))
  let written = ''
  let from = 0
  for (const match of typed.matchAll(REFERENCES)) {
    written += entities(typed.slice(from, match.index)) + reference(match, people, channels)
    from = match.index + match[0].length
  }
  return written + entities(typed.slice(from))
}

function reference(
  [whole, person, channel]: RegExpExecArray,
  people: ReadonlyMap<string, string>,
  channels: ReadonlyMap<string, string>,
): string {
  const user = person === undefined ? undefined : people.get(person)
  if (user) return `<@${user}|${person}>`
  const place = channel === undefined ? undefined : channels.get(channel)
  if (place) return `<#${place}|${channel}>`
  return whole.startsWith('http') ? `<${entities(whole)}>` : entities(whole)
}

function entities(text: string): string {
  return text.replace(/[&<>]/g, (character) => SPECIAL[character] ?? character)
}
