import { z } from 'zod'
import type { Adapter, AdapterDefinition } from '../contract.ts'

/** PostgreSQL cuts longer names off, and so would mean another role. */
const MOST_NAME_BYTES = 63

const identifier = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= MOST_NAME_BYTES, { error: `at most ${MOST_NAME_BYTES} bytes` })
  .refine((name) => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(name), { error: 'holds a control or invisible character: remove it' })

export const postgresSettings = z.strictObject({
  url: z
    .string()
    .refine(isPostgresUrl, { error: 'must be an address like postgres://admin:secret@db.example.com:5432/orders' })
    .meta({
      title: 'address',
      description:
        'How the bot logs in: postgres://…, as a role that may grant the roles of the entitlements and end sessions. Use ?sslmode=verify-full outside the host. Required.',
      examples: [`\${ORDERS_DB_ADMIN_URL}`],
    }),
  databases: z
    .array(identifier)
    .min(1, { error: 'an empty list ends no session: leave the key out' })
    .optional()
    .meta({
      description:
        'Databases in which open sessions of a login are ended when its access ends. Without it, the one of `url`.',
      examples: [['orders', 'orders_archive']],
    }),
})

export const postgresAccess = z.strictObject({
  role: identifier.meta({
    description: 'The role of which the login becomes a member. It and the login must exist. Required.',
    examples: ['orders_read'],
  }),
})

export type PostgresSettings = z.output<typeof postgresSettings>
export type PostgresAccess = z.output<typeof postgresAccess>

/** Makes an existing login a member of an existing role, and ends that. */
export const postgres = {
  kind: 'postgres',
  settings: postgresSettings,
  access: postgresAccess,
  nativeExpiry: false,
  perGrant: false,
  residual: undefined,
  notice: 'Open sessions of this login are ended when access ends.',
  open: async (settings: unknown): Promise<Adapter> => {
    const { PostgresAdapter } = await import('./adapter.ts')
    return new PostgresAdapter(postgresSettings.parse(settings))
  },
} satisfies AdapterDefinition

function isPostgresUrl(written: string): boolean {
  const url = URL.parse(written)
  return url !== null && /^postgres(ql)?:$/.test(url.protocol)
}
