import type { SlackId } from '../core/ids.ts'

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' }

/** The words of a line; a reference such as `<@U1|Ann Lee>` is one word. */
export function wordsOf(line: string): string[] {
  return line.match(/(?:<[^<>]*>|[^\s<]|<)+/g) ?? []
}

/** Text as the person typed it: Slack's references and entities undone. */
export function asTyped(line: string): string {
  return line.replace(/<([^<>]*)>|&(amp|lt|gt);/g, (whole, reference?: string, entity?: string) => {
    if (entity !== undefined) return ENTITIES[entity] ?? whole
    return plainEntities(referenceAsTyped(reference ?? ''))
  })
}

/** The member whom a word refers to, as Slack writes it for a person picked from its list. */
export function memberOf(word: string): SlackId | undefined {
  return /^<@([UW][A-Z0-9]{1,20})(?:\|[^<>]*)?>$/.exec(word)?.[1]
}

function referenceAsTyped(reference: string): string {
  const bar = reference.indexOf('|')
  const target = bar < 0 ? reference : reference.slice(0, bar)
  const label = bar < 0 ? '' : reference.slice(bar + 1)
  switch (target[0]) {
    case '@':
      return `@${label.replace(/^@/, '') || target.slice(1)}`
    case '#':
      return `#${label.replace(/^#/, '') || target.slice(1)}`
    case '!':
      return specialAsTyped(target.slice(1), label)
    default:
      return /^(mailto|tel):/.test(target) ? label || target.replace(/^\w+:/, '') : target
  }
}

/** `<!here|here>`, `<!subteam^S1|@leads>`, `<!date^…|fallback>`. */
function specialAsTyped(command: string, label: string): string {
  const [kind = '', argument = ''] = command.split('^')
  if (kind === 'date') return label
  return `@${label.replace(/^@/, '') || (kind === 'subteam' ? argument : kind)}`
}

function plainEntities(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (whole, entity: string) => ENTITIES[entity] ?? whole)
}
