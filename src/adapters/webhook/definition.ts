import { z } from 'zod'
import type { Adapter, AdapterDefinition } from '../contract.ts'
import { freeAccess } from './message.ts'

const LEAST_SECRET_CHARACTERS = 8

export const webhookSettings = z.strictObject({
  url: z
    .string()
    .refine(isPlainHttp, {
      error: 'must be an address like https://access.example.com/breakglass, without a user name or password',
    })
    .meta({
      title: 'address',
      description: 'Where every call is posted to. Redirects are not followed. Required.',
      examples: ['https://access.example.com/breakglass'],
    }),
  secret: z
    .string()
    .min(LEAST_SECRET_CHARACTERS)
    .meta({
      description: `Signs every call; the target knows it too. At least ${LEAST_SECRET_CHARACTERS} characters. Required.`,
      examples: [`\${DEPLOY_HOOK_SECRET}`],
    }),
})

export type WebhookSettings = z.output<typeof webhookSettings>

/** Any target behind HTTP. */
export const webhook = {
  kind: 'webhook',
  settings: webhookSettings,
  access: freeAccess,
  nativeExpiry: false,
  perGrant: false,
  residual: undefined,
  notice: 'Given and taken by a service behind a webhook: whether open sessions end with the access is up to it.',
  open: async (settings: unknown, now: () => number): Promise<Adapter> => {
    const { WebhookAdapter } = await import('./adapter.ts')
    return new WebhookAdapter(webhookSettings.parse(settings), now)
  },
} satisfies AdapterDefinition

function isPlainHttp(written: string): boolean {
  const url = URL.parse(written)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
