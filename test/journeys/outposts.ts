import { onTestFinished } from 'vitest'
import { makeCommandBench } from '../adapters/command/bench.ts'
import { makeWebhookBench } from '../adapters/webhook/bench.ts'
import { startTown, type Town } from '../threats/town.ts'

/** The two ways to targets that this project does not know. */
export const KINDS = ['webhook', 'command'] as const
export type Kind = (typeof KINDS)[number]

/** The whole bot before a target behind such an adapter. */
export interface Outpost extends Town {
  /** Whether Ann has access, as the target itself says. */
  isHeld(): Promise<boolean>
  /** From now on it says that we are not who we should be. */
  locksUsOut(): Promise<void>
  isRepaired(): Promise<void>
}

const PLACE = { account: 'ann', access: { role: 'reader' }, entitlement: 'orders-read', possible: true } as const

function configOf(kind: Kind, settings: object): string {
  return `
slack: { security_channel: C0SECURITY, requests_channel: C0REQUESTS }
people: { subject: email, email_domains: [example.com], security: [secteam] }
groups:
  engineers: { members: [U0ANN, U0BEN] }
  leads: { members: [U0LEE, U0KIM] }
  secteam: { members: [U0SAM] }
targets:
  orders: { adapter: ${kind}, account: local_part, settings: ${JSON.stringify(settings)}, timeout: 5s, quiet: 1s }
rules:
  one-lead: { requesters: [engineers], approvers: [leads], default_purpose: incident, ttl: { min: 1s, default: 15m, max: 30m } }
entitlements:
  orders-read: { title: Read the orders, target: orders, access: { role: reader }, rules: [one-lead] }
`
}

async function benchOf(kind: Kind) {
  if (kind === 'command') return makeCommandBench()
  const bench = await makeWebhookBench()
  return { ...bench, settings: { url: bench.target.url, secret: bench.target.secret } }
}

export async function startOutpost(kind: Kind): Promise<Outpost> {
  const bench = await benchOf(kind)
  onTestFinished(() => bench.stop()) // runs after the bot has stopped
  const town = await startTown({ config: configOf(kind, bench.settings) })
  const { unauthorized } = bench.ways
  return Object.assign(town, {
    isHeld: () => bench.isHeld(PLACE),
    locksUsOut: async () => {
      if (typeof unauthorized !== 'string') await unauthorized[0]?.begin(0)
    },
    isRepaired: () => bench.heal(),
  })
}
