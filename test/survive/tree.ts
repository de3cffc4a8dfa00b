import { cp, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type BreakName, takeOut } from './breaks.ts'

const ROOT = join(import.meta.dirname, '../..')
const COPIED = ['src', 'test/survive', 'migrations', 'package.json', 'manifest.yml'] as const

/**
 * Copies what the victims run, so that a defence can be taken out of it, and so that nobody who works on the tree
 * changes what is being judged. Gives the path of the copy's victim.
 */
export async function copyTree(folder: string, broken: BreakName | undefined): Promise<string> {
  const root = join(folder, 'tree')
  await mkdir(root)
  for (const path of COPIED) await cp(join(ROOT, path), join(root, path), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  if (broken) await takeOut(broken, root)
  return join(root, 'test/survive/victim.ts')
}
