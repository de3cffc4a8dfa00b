import type { Block } from './kinds.ts'

const ALL_MARKDOWN = 12_000

/** A block and where it stands, as complaints name it. */
interface Placed {
  readonly block: Block
  readonly path: string
}

/** All blocks with their paths, those in containers too. `root` begins every path. */
export function placed(blocks: readonly Block[], root: string): Placed[] {
  return blocks.flatMap((block, at) => {
    const path = `${root}/${at}`
    const inside = block.type === 'container' ? placed(block.child_blocks, `${path}/child_blocks`) : []
    return [{ block, path }, ...inside]
  })
}

/** The `input` blocks among blocks. */
export function inputsIn(blocks: readonly Block[]): Extract<Block, { type: 'input' }>[] {
  return placed(blocks, '').flatMap(({ block }) => (block.type === 'input' ? [block] : []))
}

/**
 * Complains about what is wrong only of blocks together: a `block_id` counts once, an `action_id` once in its block,
 * one element has the cursor at first, there is one table, and markdown has a limit over all of its blocks.
 */
export function wrongTogether(blocks: readonly Block[], root: string): string[] {
  const all = placed(blocks, root)
  const tables = all.filter(({ block }) => block.type === 'table')
  const complaints = [
    ...repeated(all.map(({ block, path }) => ({ name: 'block_id', id: block.block_id, path }))),
    ...all.flatMap(({ block, path }) => repeatedActions(block, path)),
    ...focusedIn(all)
      .map((path) => `only one element may have \`focus_on_load\` ${at(path)}`)
      .slice(1),
    ...tables.map(({ path }) => `only_one_table_allowed ${at(path)}`).slice(1),
  ]
  if (markdownIn(all) <= ALL_MARKDOWN) return complaints
  return [...complaints, `all markdown together must have at most ${ALL_MARKDOWN} characters ${at(root)}`]
}

const at = (path: string) => `[json-pointer:${path}]`

/** Where elements are that want the cursor at first. */
function focusedIn(all: readonly Placed[]): string[] {
  return all.flatMap(({ block, path }) => {
    const elements = elementsOf(block)
    return elements.flatMap((one) => ('focus_on_load' in one && one.focus_on_load ? [path] : []))
  })
}

function elementsOf(block: Block): readonly object[] {
  if (block.type === 'actions') return block.elements
  if (block.type === 'input') return [block.element]
  return block.type === 'section' && block.accessory ? [block.accessory] : []
}

function markdownIn(all: readonly Placed[]): number {
  return all.reduce((sum, { block }) => sum + (block.type === 'markdown' ? [...block.text].length : 0), 0)
}

function repeatedActions(block: Block, path: string): string[] {
  if (block.type !== 'actions' && block.type !== 'context_actions') return []
  const named = [...block.elements.entries()]
  return repeated(named.map(([n, one]) => ({ name: 'action_id', id: one.action_id, path: `${path}/elements/${n}` })))
}

function repeated(ids: readonly { name: string; id: string | undefined; path: string }[]): string[] {
  const known = new Set<string>()
  return ids.flatMap(({ name, id, path }) => {
    if (id === undefined) return []
    if (known.has(id)) return [`\`${name}\` ${id} already exists ${at(`${path}/${name}`)}`]
    known.add(id)
    return []
  })
}
