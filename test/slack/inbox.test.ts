import { describe, expect, it } from 'vitest'
import { accept } from '../../src/core/result.ts'
import { Busy } from '../../src/operations/commit.ts'
import type { Label } from '../../src/operations/labels.ts'
import { makeSlack, startBot, untilTrue } from './bot.ts'

const ASK = '/breakglass orders-read 15m INC-42 replica lag'

describe('a replay', () => {
  it('of a command is answered with the first answer, and changes nothing', async () => {
    const slack = await makeSlack()
    const { ann, workspace } = slack
    const bot = await startBot(slack)
    const { delivery } = await ann.types(ASK)
    await ann.waitsFor('asked for orders-read')
    if (!delivery) throw new Error('nothing was delivered')
    const again = await workspace.repeats(delivery)
    expect(again.ack).toMatchObject({ kind: 'acknowledged', body: expect.stringContaining('asked for orders-read') })
    expect(await bot.store.requests({ limit: 10 })).toHaveLength(1)
  })

  it('of a press, a hundred times at once, is one decision and one event', async () => {
    const slack = await makeSlack()
    const { ann, lee, requests, workspace } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    const { delivery } = await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    if (!delivery) throw new Error('nothing was delivered')
    const repeated = await Promise.all(Array.from({ length: 100 }, () => workspace.repeats(delivery)))
    expect(repeated.every(({ ack }) => ack.kind === 'acknowledged')).toBe(true)
    await ann.waitsFor('You have Read')
    const events = await bot.store.events({ limit: 100 })
    expect(events.filter(({ name }) => name === 'request.approved')).toHaveLength(1)
    expect(events.filter(({ name }) => name === 'approval.refused')).toHaveLength(0)
  })

  it('does not even call the operation again', async () => {
    const called: string[] = []
    const slack = await makeSlack()
    const { ann, lee, requests, workspace } = slack
    await startBot(slack, {
      operations: { mine: async () => void called.push('mine'), approve: async () => void called.push('approve') },
    })
    await ann.types(ASK)
    const said = await ann.types('/breakglass mine')
    const pressed = await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    for (const { delivery } of [said, pressed]) {
      if (!delivery) throw new Error('nothing was delivered')
      for (let time = 0; time < 20; time++) await workspace.repeats(delivery)
    }
    expect(called).toEqual(['mine', 'approve'])
  })

  it('of an envelope is one too', async () => {
    const slack = await makeSlack()
    const bot = await startBot(slack, { mode: 'socket' })
    const { delivery } = await slack.ann.types(ASK)
    if (!delivery) throw new Error('nothing was delivered')
    await slack.workspace.repeats(delivery)
    await slack.ann.waitsFor('asked for orders-read')
    expect(await bot.store.requests({ limit: 10 })).toHaveLength(1)
  })
})

describe('a click', () => {
  it('is stored, then acknowledged, then acted on', async () => {
    const order: (Label | 'acted')[] = []
    const slack = await makeSlack()
    await startBot(slack, {
      reached: (label) => order.push(label),
      operations: { mine: async () => void order.push('acted') },
    })
    await slack.ann.types('/breakglass mine')
    await untilTrue(() => order.includes('acted'))
    expect(order).toEqual(['inbox.stored', 'inbox.acknowledged', 'acted'])
  })

  it('is acknowledged before Slack is asked for anything', async () => {
    const slack = await makeSlack()
    const lookUps = () => slack.workspace.callsTo('users.info').length
    const before: number[] = []
    await startBot(slack, {
      reached: (label) => {
        if (label === 'inbox.acknowledged') before.push(lookUps())
      },
    })
    await slack.ann.types(ASK)
    await slack.ann.waitsFor('asked for orders-read')
    expect(before).toEqual([0])
    expect(lookUps()).toBeGreaterThan(0)
  })

  it('keeps no token, and nothing that is not needed', async () => {
    const slack = await makeSlack()
    const bot = await startBot(slack, { operations: { mine: async () => undefined } })
    await slack.ann.types('/breakglass mine', { in: slack.requests })
    const [row] = await bot.store.unanswered()
    expect(Object.keys(row?.body as object).sort()).toEqual(['channel', 'responseUrl', 'team', 'text', 'user'])
  })

  it('whose operation breaks is logged once, and answered with a general sentence that names the request', async () => {
    const slack = await makeSlack()
    const { ann, lee, requests } = slack
    const bot = await startBot(slack, { operations: { approve: () => Promise.reject(new Error('disk on fire')) } })
    await ann.types(ASK)
    await lee.presses('approve', await lee.waitsFor('Waiting', { in: requests }))
    const answer = await lee.waitsFor('Something broke here', { in: requests })
    expect(answer.plain).toMatch(/about R-[0-9A-Z]{6}/)
    expect(answer.plain).not.toContain('fire')
    expect(bot.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('that was too late five times is asked to be done again', async () => {
    const slack = await makeSlack()
    await startBot(slack, { operations: { mine: () => Promise.reject(new Busy('busy')) } })
    await slack.ann.types('/breakglass mine')
    await slack.ann.waitsFor('Please do it again')
  })

  it('that cannot be stored is answered so, and nothing happens', async () => {
    const slack = await makeSlack()
    const { ann } = slack
    let full = false
    const bot = await startBot(slack, {
      store: (store) =>
        Object.assign(Object.create(store), {
          receive: (row: Parameters<typeof store.receive>[0]) =>
            full ? Promise.reject(new Error('disk full')) : store.receive(row),
        }),
    })
    full = true
    const saw = await ann.types(ASK)
    expect(saw.message?.plain).toContain('could not note that down')
    expect(await bot.store.requests({ limit: 10 })).toEqual([])
  })

  it('that takes long is told to have arrived', async () => {
    const slack = await makeSlack()
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    await startBot(slack, { operations: { mine: () => gate } })
    await slack.ann.types('/breakglass mine')
    await slack.ann.waitsFor('Checking with Slack')
    go()
  })

  it.each(['value', 'action_id', 'message'])('with another %s is nobody’s', async (field) => {
    const slack = await makeSlack()
    const { ann, lee, requests, workspace } = slack
    const bot = await startBot(slack)
    await ann.types(ASK)
    const payload = lee.payloadOf('approve', await lee.waitsFor('Waiting', { in: requests })) as never
    await workspace.delivers(forge(payload, field))
    await untilTrue(async () => (await bot.store.unanswered()).length === 0)
    expect((await bot.store.requests({ limit: 1 }))[0]?.state).toBe('pending')
  })
})

interface Press {
  container: { message_ts: string }
  actions: { value: string; action_id: string }[]
}

function forge(payload: Press, field: string): never {
  const forged = structuredClone(payload)
  const [action] = forged.actions
  if (!action) throw new Error('no action')
  if (field === 'value') action.value = `${action.value}x`
  if (field === 'action_id') action.action_id = 'approve_all'
  if (field === 'message') forged.container.message_ts = '1.000001'
  return forged as never
}

describe('after a restart', () => {
  /** What was said but not answered when the bot died. */
  async function resumeWith(rows: { kind: 'command' | 'press' | 'submission'; body: object; agoMs: number }[]) {
    const slack = await makeSlack()
    const called: string[] = []
    const operations = {
      submit: async () => void called.push('submit'),
      cancel: async () => void called.push('cancel'),
      endEarly: async () => void called.push('end'),
      approve: async () => void called.push('approve'),
      deny: async () => void called.push('deny'),
      revokeGrant: async () => void called.push('revoke'),
      pause: async () => void called.push('pause'),
      resume: async () => void called.push('resume'),
      unfreeze: async () => void called.push('unfreeze'),
      mayDecide: async () => accept(true as const),
    }
    const stored = (now: number) =>
      rows.map(({ agoMs, ...row }, index) => ({
        ...row,
        id: `r${index}`,
        receivedAt: now - agoMs,
        doneAt: null,
        answer: null,
      }))
    const bot = await startBot(slack, {
      operations,
      store: (store) => Object.assign(Object.create(store), { unanswered: async () => stored(slack.time.now()) }),
    })
    for (const row of stored(slack.time.now())) await bot.store.receive(row as never)
    await bot.front.resume()
    const answers = await Promise.all(rows.map(async (_, index) => (await bot.store.inboxRow(`r${index}`))?.answer))
    return { called, answers }
  }

  const said = (text: string) => ({ user: 'U0ANN', team: 'T', channel: 'C', text, responseUrl: '' })
  const value = `R-7KQ2M4.c1.${'a'.repeat(64)}`
  const pressed = (action: string) => ({
    user: 'U0LEE',
    team: 'T',
    channel: 'C',
    ts: '1.1',
    action,
    value,
    responseUrl: '',
  })
  const denied = {
    user: 'U0LEE',
    team: 'T',
    callback: 'deny',
    values: { reason: 'no' },
    metadata: JSON.stringify({ value, channel: 'C', ts: '1.1' }),
  }

  const asked = {
    user: 'U0ANN',
    team: 'T',
    callback: 'request',
    values: { entitlement: 'orders-read', purpose: 'incident', ttl: '15m', reason: 'why' },
    metadata: '',
  }

  it('what is younger than a minute is done', async () => {
    const { called } = await resumeWith([
      { kind: 'command', body: said('orders-read why'), agoMs: 59_000 },
      { kind: 'press', body: pressed('approve'), agoMs: 59_000 },
      { kind: 'submission', body: asked, agoMs: 59_000 },
    ])
    expect(called.sort()).toEqual(['approve', 'submit', 'submit'])
  })

  it('what is older is answered, and not done', async () => {
    const { called, answers } = await resumeWith([
      { kind: 'command', body: said('orders-read why'), agoMs: 61_000 },
      { kind: 'press', body: pressed('approve'), agoMs: 61_000 },
      { kind: 'press', body: pressed('request_again'), agoMs: 61_000 },
      { kind: 'submission', body: asked, agoMs: 61_000 },
      { kind: 'command', body: said('resume why'), agoMs: 61_000 },
      { kind: 'command', body: said('unfreeze <@U1|ann> why'), agoMs: 61_000 },
    ])
    expect(called).toEqual([])
    expect(answers).toEqual(Array(6).fill(expect.stringContaining('I was away')))
  })

  it('a row that an older version stored in another form is answered, and holds up no other', async () => {
    const { called, answers } = await resumeWith([
      { kind: 'press', body: { old: true }, agoMs: 1_000 },
      { kind: 'command', body: { old: true }, agoMs: 61_000 },
      { kind: 'command', body: said('orders-read why'), agoMs: 1_000 },
    ])
    expect(called).toEqual(['submit'])
    expect(answers.slice(0, 2)).toEqual([
      expect.stringContaining('Something broke'),
      expect.stringContaining('I was away'),
    ])
  })

  it('what takes something away is done however old it is, and first', async () => {
    const hour = 3_600_000
    const { called } = await resumeWith([
      { kind: 'command', body: said('orders-read why'), agoMs: 1_000 },
      { kind: 'command', body: said('cancel R-7KQ2M4'), agoMs: hour },
      { kind: 'command', body: said('END g-7kq2m4'), agoMs: hour },
      { kind: 'command', body: said('revoke R-7KQ2M4 leaked'), agoMs: hour },
      { kind: 'command', body: said('pause somebody is here'), agoMs: hour },
      { kind: 'press', body: pressed('cancel'), agoMs: hour },
      { kind: 'press', body: pressed('end_early'), agoMs: hour },
      { kind: 'submission', body: denied, agoMs: hour },
    ])
    expect(called.slice(0, -1).sort()).toEqual(['cancel', 'cancel', 'deny', 'end', 'end', 'pause', 'revoke'])
    expect(called.at(-1)).toBe('submit')
  })
})

it('stops only when what is being handled has ended', async () => {
  const slack = await makeSlack()
  let ended = false
  const bot = await startBot(slack, {
    operations: {
      mine: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200))
        ended = true
      },
    },
  })
  await slack.ann.types('/breakglass mine')
  await bot.stop()
  expect(ended).toBe(true)
})
