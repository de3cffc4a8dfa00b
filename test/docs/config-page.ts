import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ADAPTERS } from '../../src/adapters/registry.ts'
import { configJsonSchema } from '../../src/config/json-schema.ts'
import { VERBS } from '../../src/core/verbs.ts'
import { absenceOf, type Key, keysOf, kindOf, meaningOf, type SchemaNode, written } from './keys.ts'

const SCHEMA = configJsonSchema() as SchemaNode
const SECTIONS = SCHEMA.properties ?? {}
const KINDS = [...ADAPTERS.keys()].map((kind) => `\`${kind}\``).join(', ')

const docs = join(import.meta.dirname, '../../docs')

/** A config that has every key. */
export const COMPLETE = readFileSync(join(docs, 'breakglass.complete.yml'), 'utf8')

/** The keys of one kind of mapping. */
export interface Table {
  readonly heading: string
  readonly keys: readonly Key[]
}

/** All keys of the config, in the order of the file, and those that each adapter adds. */
export function tables(): Table[] {
  return Object.entries(SECTIONS).flatMap(([name, node]) => {
    if (name === 'targets') return [{ heading: name, keys: targetKeys(node) }, ...ofAdapters('settings')]
    const whole = { heading: name, keys: keysOf(node, name) }
    return name === 'entitlements' ? [whole, ...ofAdapters('access')] : [whole]
  })
}

/** What all targets have: of one kind of them, without its settings. */
function targetKeys(targets: SchemaNode): Key[] {
  const entry = targets.additionalProperties
  const [variant] = (typeof entry === 'object' && entry.anyOf) || []
  const keys = variant ? keysOf(variant, 'targets.NAME') : []
  return keys.filter(({ path }) => !path.startsWith('targets.NAME.settings.')).map(forAnyKind)
}

function forAnyKind(key: Key): Key {
  if (key.path === 'targets.NAME.settings') return { ...key, node: { ...key.node, title: 'mapping' } }
  return key.path === 'targets.NAME.adapter' ? { ...key, node: { ...key.node, title: KINDS } } : key
}

function ofAdapters(part: 'settings' | 'access'): Table[] {
  const path = part === 'settings' ? 'targets.NAME.settings' : 'entitlements.ID.access'
  return [...ADAPTERS.values()].map((definition) => {
    const schema = z.toJSONSchema(definition[part], { io: 'input' }) as SchemaNode
    return { heading: `\`${part}\` with \`adapter: ${definition.kind}\``, keys: keysOf(schema, path) }
  })
}

/** The text of docs/breakglass.schema.json, as `breakglass schema` prints it. */
export function schemaText(): string {
  return `${JSON.stringify(SCHEMA, null, 2)}\n`
}

/** The text of docs/config.md. */
export function configPage(): string {
  return [introduction(), ...tables().map(partOf)].join('\n')
}

function partOf({ heading, keys }: Table): string {
  const section = SECTIONS[heading]
  if (section) {
    const need = SCHEMA.required?.includes(heading) ? ' *Required.*' : ''
    return `## \`${heading}\`\n${section.description}${need}\n\`\`\`yaml\n${excerpt(heading)}\`\`\`\n\n${tableOf(keys)}`
  }
  return `### ${heading}\n${keys.length > 0 ? tableOf(keys) : 'Any mapping: it is passed on as it stands.\n'}`
}

/** The lines of the complete example about one part of the file. */
function excerpt(section: string): string {
  const lines = new RegExp(`^${section}:\\n(?: .*\\n)+`, 'm').exec(COMPLETE)
  if (!lines) throw new Error(`docs/breakglass.complete.yml has no “${section}”`)
  return lines[0]
}

function tableOf(keys: readonly Key[]): string {
  const rows = keys.map((key) => {
    const { path, node } = key
    const examples = node.examples?.map(written).join('<br>') ?? 'its keys, below'
    return [`\`${path}\``, kindOf(node), absenceOf(key) ?? '', meaningOf(node), examples]
  })
  const head = ['key', 'value', 'when left out', 'meaning', 'example']
  return `${[head, head.map(() => '---'), ...rows].map(row).join('\n')}\n`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function introduction(): string {
  return `# Config
<!-- Made by \`npm run docs\` from src/config/schema: change the schema, not this page. -->
Everything that decides who gets what stands in \`breakglass.yml\`, or where \`BREAKGLASS_CONFIG\` says. It is read at start
only, checked whole, and a file with a fault stops the bot: \`breakglass check\` names every fault with its line, and what would
be right. Start from [\`breakglass.example.yml\`](../breakglass.example.yml); [\`breakglass.complete.yml\`](breakglass.complete.yml)
has every key once. Tokens, paths and addresses of the bot itself are in the environment: [\`.env.example\`](../.env.example).

## How values are written
| | |
| --- | --- |
| lengths of time | \`90s\`, \`15m\`, \`1h30m\`, \`7d\`: days, hours, minutes, seconds in that order, each at most once; 366 days at most. A bare number is a fault |
| names of groups, targets, rules | lower-case letters, digits, \`-\` and \`_\`; at most 64 |
| ids of entitlements | lower-case letters, digits and \`-\`, at most 64; none of ${VERBS.map((verb) => `\`${verb}\``).join(', ')}, which the slash command knows |
| purposes | lower-case letters, digits and \`-\`, a letter first; at most 40 |
| ids of Slack | \`C…\` or \`G…\` a channel, \`U…\` or \`W…\` a member, \`S…\` a user group. In Slack: open the details or the profile, *Copy ID* |
| \`\${NAME}\` | in any value: what the environment variable holds; one that is unset or empty is a fault. A literal \`\${\` is written \`$\${\` |
| lists | never empty, nothing twice: an empty list would have to mean nobody or everybody, and neither is safe to guess |

The file is YAML 1.2; anchors and merge keys (\`<<\`) work. A key that is not on this page is a fault, and so is one that stands
twice. Quote what YAML reads otherwise: \`"1234"\`, \`"on"\`, a pattern.

## In an editor
\`breakglass schema\` prints the [JSON Schema](breakglass.schema.json) of the file. With this as its first line, VS Code (extension
*YAML*), Neovim, Helix and others that use yaml-language-server complete keys, show what they mean, and mark faults:
\`\`\`yaml
# yaml-language-server: $schema=docs/breakglass.schema.json
\`\`\`
The path counts from the file that it stands in. Away from a checkout: \`breakglass schema > breakglass.schema.json\`, and name
that. In JetBrains' editors: *Settings → JSON Schema Mappings*. What a schema cannot say (a group that does not exist, a quorum
that nobody can reach), \`breakglass check\` does. Kinds of target are ${KINDS}: [adapters.md](adapters.md).
`
}
