import type { AddressInfo } from 'node:net'
import { App } from '@slack/bolt'
import { SIGNING_SECRET } from '../slack-bytes.ts'
import { serve } from './serve.ts'

/** The smallest app that Slack's own framework allows: one command, one action, and it only acknowledges. */
const app = new App({
  signingSecret: SIGNING_SECRET,
  authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
})
app.command('/breakglass', async ({ ack }) => ack())
app.action('approve', async ({ ack }) => ack())

serve({
  listen: async () => {
    const server = await app.start({ port: 0, host: '127.0.0.1' })
    return (server.address() as AddressInfo).port
  },
})
