import type { State } from './state.ts'

const SPECIAL: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const REFERENCES = /(?<![\w@#])[@#][\w-]+(?:\.[\w-]+)*|https?:\/\/[^\s<>]+/g

/**
 * Writes what a person typed behind a command as Slack sends it when the manifest says `should_escape`: people, groups
 * and channels that exist, and addresses, stand in angle brackets; `&`, `<` and `>` become entities.
 */
export function escaped(typed: string, state: State): string {
  const names = referencesByName(state)
  let written = ''
  let from = 0
  for (const { 0: name, index } of typed.matchAll(REFERENCES)) {
    const address = name.startsWith('http') ? `<${entities(name)}>` : undefined
    written += entities(typed.slice(from, index)) + (address ?? names.get(name) ?? entities(name))
    from = index + name.length
  }
  return written + entities(typed.slice(from))
}

/** What `@ann` and `#requests` stand for. */
function referencesByName(state: State): ReadonlyMap<string, string> {
  const names = new Map(['here', 'channel', 'everyone'].map((range) => [`@${range}`, `<!${range}>`]))
  for (const { id, handle } of state.groups.values()) names.set(`@${handle}`, `<!subteam^${id}|@${handle}>`)
  for (const { id, name } of state.members.values()) names.set(`@${name}`, `<@${id}|${name}>`)
  for (const { id, name, with: direct } of state.conversations.values()) {
    if (direct === undefined) names.set(`#${name}`, `<#${id}|${name}>`)
  }
  return names
}

function entities(text: string): string {
  return text.replace(/[&<>]/g, (character) => SPECIAL[character] ?? character)
}
