import { randomBytes } from 'node:crypto'
import type { Manifest } from './manifest.ts'

/** The app as it is installed in the workspace: its ids, its tokens and its manifest. */
export interface App {
  readonly team: { readonly id: string; readonly domain: string; readonly name: string }
  /** Set in a workspace that belongs to an Enterprise Grid. */
  readonly enterprise: { readonly id: string; readonly name: string } | undefined
  readonly appId: string
  readonly botId: string
  readonly botUserId: string
  readonly botName: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly verificationToken: string
  readonly manifest: Manifest
}

/** Installs an app: draws its tokens afresh, so that no two workspaces share one. */
export function install(manifest: Manifest, enterprise: App['enterprise']): App {
  const secret = (bytes: number) => randomBytes(bytes).toString('hex')
  return {
    team: { id: 'T0WORKSPACE', domain: 'embedded-workspace', name: 'Embedded Workspace' },
    enterprise,
    appId: 'A0BREAKGLASS',
    botId: 'B0BREAKGLASS',
    botUserId: 'U0BREAKGLASS',
    botName: manifest.name.toLowerCase(),
    botToken: `xoxb-${secret(12)}`,
    appToken: `xapp-1-A0BREAKGLASS-${secret(12)}`,
    signingSecret: secret(16),
    verificationToken: secret(12),
    manifest,
  }
}
