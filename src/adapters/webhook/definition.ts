import { z } from 'zod'
import type { Adapter, AdapterDefinition } from '../contract.ts'
import { freeAccess } from './message.ts'

const LEAST_SECRET_CHARACTERS = 16

export const webhookSettings = z.strictObject({
  url: z
    .string()
    .refine(isPlainHttp, {
      error: 'must be an address like https://access.example.com/breakglass, without a user name or password',
    })
    .meta({ description: 'Where every call is posted to. Redirects are not followed. Required.' }),
  secret: z
    .string()
    .min(LEAST_SECRET_CHARACTERS)
    .meta({
      description: `Signs every call; the target knows it too. At least ${LEAST_SECRET_CHARACTERS} characters. Required.`,
    }),
})

export type WebhookSettings = z.output<typeof webhookSettings>

/** Calls are dated, so `now` is wanted: milliseconds since 1970. */
interface WebhookDefinition extends AdapterDefinition {
  open(settings: unknown, now?: () => number): Promise<Adapter>
}

/** Any target behind HTTP. */
export const webhook: WebhookDefinition = {
  kind: 'webhook',
  settings: webhookSettings,
  access: freeAccess,
  nativeExpiry: false,
  perGrant: false,
  residual: undefined,
  notice: 'Given and taken by a service behind a webhook: whether open sessions end with the access is up to it.',
  open: async (settings, now) => {
    const { WebhookAdapter } = await import('./adapter.ts')
    return new WebhookAdapter(webhookSettings.parse(settings), now)
  },
}

function isPlainHttp(written: string): boolean {
  const url = URL.parse(written)
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
