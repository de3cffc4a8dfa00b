import { readFileSync } from 'node:fs'
import type { Persona } from '../workspace/page/personas.ts'
import type { Person } from '../workspace/person.ts'
import type { Conversation } from '../workspace/state.ts'
import { startWorkspace, type Workspace } from '../workspace/workspace.ts'

/** Everybody in the demo, and where they meet. */
export interface Town {
  readonly workspace: Workspace
  readonly ann: Person
  readonly lee: Person
  readonly sam: Person
  /** A guest, who sees the requests and may do nothing. */
  readonly gus: Person
  readonly requests: Conversation
  readonly security: Conversation
  readonly personas: readonly Persona[]
}

/** The app manifest, as it is pasted into Slack. */
function manifestText(): string {
  return readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')
}

/** A workspace with three people to be, and a few others. */
export async function startTown(): Promise<Town> {
  const workspace = await startWorkspace({ manifest: manifestText(), realisticRates: true })
  const [ann, lee, sam, ben] = ['ann', 'lee', 'sam', 'ben'].map((name) => workspace.person(name))
  if (!ann || !lee || !sam || !ben) throw new Error('nobody came')
  const gus = workspace.person('gus', { standing: 'guest' })
  const requests = workspace.channel('requests', { members: [ann, lee, sam, ben, gus] })
  const security = workspace.channel('security', { private: true, members: [sam] })
  ben.says('orders-db: the replica lags by 40 minutes, and it grows.', { in: requests })
  workspace.group('eng', { members: [ann, ben] })
  const personas = [
    { person: ann, title: 'engineer' },
    { person: lee, title: 'approver' },
    { person: sam, title: 'security' },
  ]
  return { workspace, ann, lee, sam, gus, requests, security, personas }
}
