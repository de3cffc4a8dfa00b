import { isAbsolute } from 'node:path'
import { z } from 'zod'
import type { Adapter, AdapterDefinition } from '../contract.ts'
import { freeAccess } from '../webhook/message.ts'

const text = z.string().refine((written) => !written.includes('\0'), { error: 'holds a NUL character: remove it' })

export const commandSettings = z.strictObject({
  path: text.refine(isAbsolute, { error: 'must be an absolute path like /usr/local/bin/orders-access' }).meta({
    title: 'absolute path',
    description: 'The executable. It is started without a shell, in the directory /. Required.',
    examples: ['/usr/local/bin/orders-access'],
  }),
  args: z
    .array(text)
    .default([])
    .meta({ description: 'Its arguments, as they stand.', examples: [['--cluster', 'orders']] }),
  env: z
    .record(text.regex(/^[^=]+$/, { error: 'must not be empty or hold an =' }), text)
    .default({})
    .meta({
      description: 'Its whole environment: nothing is inherited, not even PATH.',
      examples: [{ PATH: '/usr/bin:/bin' }],
    }),
})

export type CommandSettings = z.output<typeof commandSettings>

/** Any target that a program on the bot's machine can reach. */
export const command = {
  kind: 'command',
  settings: commandSettings,
  access: freeAccess,
  nativeExpiry: false,
  perGrant: false,
  residual: undefined,
  notice: 'Given and taken by a program of the operators: whether open sessions end with the access is up to it.',
  open: async (settings: unknown): Promise<Adapter> => {
    const { CommandAdapter } = await import('./adapter.ts')
    return new CommandAdapter(commandSettings.parse(settings))
  },
} satisfies AdapterDefinition
