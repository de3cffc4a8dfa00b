import { z } from 'zod'
import { webhookSettings } from '../../adapters/webhook/definition.ts'
import { ruleNames } from './rules.ts'
import { duration, entriesOf, foreignName, name, words } from './scalars.ts'

/** What only an adapter can check: a mapping of whatever it asks for. */
const adapterOwn = z.record(z.string(), z.json())

const account = z
  .union(
    [
      z.enum(['subject', 'local_part']),
      z.strictObject({
        map: entriesOf(foreignName, foreignName).meta({
          description: 'The account of each subject.',
          examples: [{ 'ann@example.com': 'ann_smith' }],
        }),
      }),
    ],
    { error: 'must be subject, local_part, or a map: { map: { ann@example.com: ann } }' },
  )
  .default('subject')
  .meta({
    description:
      'How a person is called on the target: as the subject, as the part of the e-mail address before the @ (one domain only), or by a map.',
    examples: ['subject', 'local_part', { map: { 'ann@example.com': 'ann' } }],
  })

export const target = z.strictObject({
  adapter: name.meta({ title: 'kind of target', description: 'The kind of target. Required.', examples: ['postgres'] }),
  account,
  settings: adapterOwn.default({}).meta({ description: 'What the adapter needs to reach the target.' }),
  timeout: duration.prefault('30s').meta({ description: 'How long one call may take.', examples: ['30s'] }),
  quiet: duration.prefault('60s').meta({
    description: 'How long after a call that was cut off it may still take effect; a revoke is repeated after that.',
    examples: ['60s'],
  }),
  concurrency: z
    .int()
    .min(1)
    .max(100)
    .default(4)
    .meta({ description: 'How many calls at a time.', examples: [4] }),
})

export const entitlement = z.strictObject({
  title: words(75).meta({ description: 'What people read. Required.', examples: ['Read the orders database'] }),
  target: name.meta({
    title: 'name of a target',
    description: 'The target on which access is given. Required.',
    examples: ['orders-db'],
  }),
  access: adapterOwn.meta({
    description: 'What is given there; the adapter says what it needs. Required.',
    examples: [{ role: 'orders_read' }],
  }),
  rules: ruleNames.meta({
    description: 'Rules, tried in order: one whose requesters, purpose or limit does not fit is passed over. Required.',
    examples: [['one-lead']],
  }),
  break_glass: name.optional().meta({
    title: 'name of a break-glass rule',
    description: 'The break-glass rule. Without it, the glass cannot be broken for this.',
    examples: ['oncall-only'],
  }),
})

const webhook = z.strictObject({
  url: webhookSettings.shape.url.meta({
    title: 'address',
    description: 'Where alarms are posted to. Redirects are not followed. Required.',
    examples: ['https://alarms.example.com/breakglass'],
  }),
  secret: webhookSettings.shape.secret.meta({
    description: 'Signs every alarm, as the `webhook` adapter signs its calls. At least 8 characters. Required.',
    examples: [`\${ALARM_SECRET}`],
  }),
})

export const alarm = z.strictObject({
  webhook: webhook.meta({ description: 'An HTTP endpoint that is told, also while Slack is down. Required.' }),
})
