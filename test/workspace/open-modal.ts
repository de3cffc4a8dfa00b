import { makeClient, makeClock, makeWorkspace, startBareBot } from './bot.ts'

/** A plain text object. */
export const text = (value: string) => ({ type: 'plain_text' as const, text: value })
/** A field for the reason. */
export const reason = (more: object = {}) => ({
  type: 'input',
  block_id: 'reason',
  label: text('Reason'),
  element: { type: 'plain_text_input', action_id: 'reason', ...more },
})
/** A menu of lengths, 15 minutes at first. */
export const ttl = {
  type: 'input',
  block_id: 'ttl',
  label: text('For how long'),
  element: {
    type: 'static_select',
    action_id: 'ttl',
    initial_option: { text: text('15 minutes'), value: '15m' },
    options: ['15', '30'].map((minutes) => ({ text: text(`${minutes} minutes`), value: `${minutes}m` })),
  },
}
/** A modal with both fields, or with other blocks. */
export const modal = (blocks: object[] = [reason(), ttl], more: object = {}) => ({
  type: 'modal',
  callback_id: 'request',
  title: text('Ask for access'),
  submit: text('Ask'),
  blocks,
  ...more,
})

/** Ann has run the command; the bot answers submissions with `answer`. */
export async function makeModal(answer: object | undefined = undefined) {
  const clock = makeClock()
  const workspace = await makeWorkspace({ now: clock.now })
  const received = await startBareBot(workspace, ({ body }, response) => {
    const says = answer !== undefined && body.includes('view_submission')
    response.setHeader('content-type', 'application/json').end(says ? JSON.stringify(answer) : '')
  })
  const ann = workspace.person('ann')
  const { delivery } = await ann.types('/breakglass')
  const trigger_id = String(delivery?.payload.trigger_id)
  const client = makeClient(workspace)
  const call = (method: string, args: object) => client.apiCall(method, { ...args })
  const open = (view: object = modal()) =>
    call('views.open', { trigger_id, view }) as Promise<{ view?: { id: string; hash: string } }>
  const payload = () => JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? '{}') as object
  return { workspace, clock, ann, trigger_id, call, open, payload, received }
}
