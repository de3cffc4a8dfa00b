import { z } from 'zod'

/** Where a schedule is asked for over the network: nobody on the way may read the credential or change the answer. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

function address(example: string, slashes: 'root' | 'any') {
  return z
    .string()
    .refine(isSafeAddress, {
      error: `must be an https address like ${example}, without a user name or password (http only to this machine)`,
    })
    .refine((url) => slashes === 'any' || !/[?#]/.test(url), { error: 'must end before ? and #' })
    .meta({ title: 'address', examples: [example] })
}

/** It stands in a header, so it has no spaces and nothing that is not plain. */
const credential = z
  .string()
  .min(8)
  .regex(/^[\x21-\x7e]*$/, { error: 'must have no spaces, and only plain characters' })
  .meta({ title: 'text, at least 8 characters' })

const pagerduty = z.strictObject({
  schedule: z
    .string()
    .regex(/^[A-Z0-9]{4,20}$/, {
      error: 'must be the id of a schedule, like PX12345, as its address in PagerDuty ends',
    })
    .meta({
      title: 'id of a schedule',
      description: 'Who is on call in it now is a member. Required.',
      examples: ['PX12345'],
    }),
  token: credential.meta({ description: 'A read-only API token. Required.', examples: [`\${PD_TOKEN}`] }),
  url: address('https://api.pagerduty.com', 'root')
    .default('https://api.pagerduty.com')
    .meta({
      description: 'The root of the API; for accounts in Europe another one.',
      examples: ['https://api.eu.pagerduty.com'],
    }),
})

const opsgenie = z.strictObject({
  schedule: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,99}$/u, { error: 'must be the name or id of a schedule' })
    .meta({
      title: 'name or id of a schedule',
      description: 'Who is on call in it now is a member. Required.',
      examples: ['platform-oncall'],
    }),
  key: credential.meta({ description: 'An API key that may read. Required.', examples: [`\${OPSGENIE_KEY}`] }),
  url: address('https://api.opsgenie.com', 'root')
    .default('https://api.opsgenie.com')
    .meta({
      description: 'The root of the API; for accounts in Europe, and for compatible services, another one.',
      examples: ['https://api.eu.opsgenie.com'],
    }),
})

const http = z.strictObject({
  url: address('https://oncall.example.com/members', 'any').meta({
    description:
      'Answers `GET` with `{"members": […]}`: e-mail addresses or Slack member ids. Redirects are not followed. Required.',
  }),
  token: credential.optional().meta({
    description: 'Sent as `Authorization: Bearer`. Without it, none is sent.',
    examples: [`\${ONCALL_TOKEN}`],
  }),
})

/** The keys of a group whose members are asked of an on-call schedule. */
export const scheduleKeys = {
  pagerduty: pagerduty.optional().meta({
    description:
      'A schedule in PagerDuty, whose on-call people are asked of it. Without it, another source must be there.',
  }),
  opsgenie: opsgenie.optional().meta({
    description: 'A schedule in Opsgenie, or in a service with its API. Without it, another source must be there.',
  }),
  http: http
    .optional()
    .meta({ description: 'Any service that lists members as JSON. Without it, another source must be there.' }),
}

function isSafeAddress(written: string): boolean {
  const url = URL.parse(written)
  if (url === null || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}
