import { describe, expect, it } from 'vitest'
import type { BreakGlassRule, Policy, Rule } from '../../src/core/policy.ts'
import { MINUTE, makeEntitlement, makeGroup, makePolicy, makeRule } from '../support/make.ts'
import { makeSlack, startBot } from './bot.ts'

const ASK = '/breakglass orders-read 15m INC-42 replica lag'
const DIRECTORS = makeGroup('directors', ['U0DEE'])
const STEP = { afterMs: 5 * MINUTE, to: [DIRECTORS], channels: [], decide: true }

const GLASS: BreakGlassRule = {
  name: 'oncall-only',
  requesters: [makeGroup('engineers', ['U0ANN'])],
  reason: { minLength: 5, hint: undefined, pattern: undefined },
  ttl: { minMs: MINUTE, defaultMs: 15 * MINUTE, maxMs: 15 * MINUTE },
  notify: [],
  review: { by: [makeGroup('secteam', ['U0SAM'])], withinMs: 60 * MINUTE },
  alarm: undefined,
}

interface Night {
  readonly rule?: Partial<Rule>
  readonly policy?: Partial<Policy>
  readonly glass?: boolean
  readonly before?: (slack: Awaited<ReturnType<typeof makeTown>>) => Promise<void>
}

async function makeTown() {
  const slack = await makeSlack()
  const dee = slack.workspace.person('dee')
  const sue = slack.workspace.person('sue')
  return { ...slack, dee, sue }
}

/** Ann has asked; what she can do and who is asked is as the rule says. */
async function begin({ rule = {}, policy = {}, glass = false, before }: Night = {}) {
  const slack = await makeTown()
  const entitlement = makeEntitlement({
    rules: [makeRule({ escalate: [STEP], ...rule })],
    breakGlass: glass ? GLASS : undefined,
  })
  const bot = await startBot(slack, {
    policy: makePolicy({ entitlements: new Map([['orders-read', entitlement]]), ...policy }),
  })
  await before?.(slack)
  await slack.ann.types(ASK)
  return { ...slack, bot, passes: (ms: number) => letPass(slack, bot, ms) }
}

function letPass(
  slack: Pick<Awaited<ReturnType<typeof makeTown>>, 'time'>,
  bot: Awaited<ReturnType<typeof startBot>>,
  ms: number,
) {
  slack.time.ahead += ms
  bot.scheduler.wake()
}

const NOBODY_ELSE = { requestsChannel: undefined }

describe('reminders', () => {
  it('stand in the thread of the card, call those who may decide, and say since when it waits', async () => {
    const { ann, lee, requests, passes } = await begin({ rule: { remindMs: 3 * MINUTE } })
    const card = await lee.waitsFor('Waiting for approval', { in: requests })
    await ann.waitsFor('#requests (delivered)')
    passes(3 * MINUTE)
    const reminder = await lee.waitsFor('has been waiting for 3 minutes', { in: requests })
    expect(reminder.threadTs).toBe(card.ts)
    expect(reminder.mentions).toEqual(expect.arrayContaining(['U0LEE', 'U0KIM']))
    expect(reminder.plain).toContain('Nobody has decided yet')
    expect(reminder.mentions).not.toContain('channel')
    expect(reminder.mentions).not.toContain('here')
  })

  it('leave out who has agreed, and say what is missing', async () => {
    const { lee, kim, ann, requests } = await begin({ rule: { quorum: 2 } })
    await lee.presses('approve', await lee.waitsFor('Waiting for approval', { in: requests }))
    await lee.waitsFor('1 of 2', { in: requests })
    await ann.presses('nudge', await ann.waitsFor('Asked:'))
    const reminder = await kim.waitsFor('has been waiting', { in: requests })
    expect(reminder.plain).toContain('@lee agreed: 1 of 2')
    expect(reminder.plain.startsWith('@kim:')).toBe(true)
  })

  it('come as answers to each approver’s own card where there is no channel', async () => {
    const { ann, lee, kim } = await begin({ policy: NOBODY_ELSE })
    const card = await lee.waitsFor('Waiting for approval')
    await kim.waitsFor('Waiting for approval')
    await ann.waitsFor(/U?.*lee \(delivered\).*kim \(delivered\)/)
    await ann.types(`/breakglass nudge ${/R-\w{6}/.exec(card.plain)?.[0]}`)
    const reminder = await lee.waitsFor('has been waiting')
    expect(reminder).toMatchObject({ threadTs: card.ts, mentions: expect.arrayContaining(['U0LEE']) })
    expect(reminder.mentions).not.toContain('U0KIM')
    await ann.waitsFor('Reminded of R-')
  })
})

describe('the next step', () => {
  it('is announced to the requester, told in its time, and may approve', async () => {
    const { ann, lee, dee, requests, passes, bot } = await begin()
    const own = await ann.waitsFor('#requests (delivered)')
    expect(own.plain).toMatch(/Next: directors at .* if nobody has decided by then/)
    expect(own.buttons.map(({ actionId }) => actionId)).toEqual(['nudge', 'cancel'])
    passes(5 * MINUTE)
    const card = await dee.waitsFor('You are asked as well')
    expect(card.buttons.map(({ actionId }) => actionId)).toContain('approve')
    expect((await lee.waitsFor(/since .* also directors/, { in: requests })).mentions).not.toContain('U0DEE')
    await ann.waitsFor('@dee (delivered)')
    await dee.presses('approve', card)
    await ann.waitsFor('You have Read the orders database')
    expect(bot.target.held.size).toBe(1)
  })

  it('that is only told reads what goes on, has no buttons, and may not approve', async () => {
    const { ann, dee, passes, bot } = await begin({ rule: { escalate: [{ ...STEP, decide: false }] } })
    await ann.waitsFor('#requests (delivered)')
    passes(5 * MINUTE)
    const card = await dee.waitsFor('For your information: nobody has decided yet. Who may: leads')
    expect(card.buttons).toEqual([])
    expect(bot.target.held.size).toBe(0)
  })

  it('in a channel where the card stands is called in its thread', async () => {
    const many = makeGroup('many', ['U0DEE', ...Array.from({ length: 11 }, (_, nth) => `U0MANY${nth}`)])
    const { ann, lee, requests, passes } = await begin({ rule: { escalate: [{ ...STEP, to: [many] }] } })
    const card = await lee.waitsFor('Waiting for approval', { in: requests })
    await ann.waitsFor('#requests (delivered)')
    passes(5 * MINUTE)
    const notice = await lee.waitsFor('You are asked as well', { in: requests })
    expect(notice.threadTs).toBe(card.ts)
    expect(notice.mentions).toContain('U0DEE')
  })

  it('does not come once it is decided', async () => {
    const { lee, dee, ann, requests, passes } = await begin()
    await lee.presses('approve', await lee.waitsFor('Waiting for approval', { in: requests }))
    await ann.waitsFor('You have Read the orders database')
    passes(6 * MINUTE)
    await ann.types('/breakglass mine')
    await ann.waitsFor('left). Give it back')
    expect(dee.dms).toEqual([])
  })
})

describe('somebody who cannot be reached', () => {
  it('deactivated: the next step is asked at once, and the requester reads why', async () => {
    const { ann, dee } = await begin({
      policy: NOBODY_ELSE,
      before: ({ workspace, kim }) => workspace.admin.deactivates(kim),
    })
    await dee.waitsFor('You are asked as well') // five minutes before its time
    const own = await ann.waitsFor('cannot be reached')
    expect(own.plain).toContain('@kim (cannot be reached: the account is deactivated)')
    expect(own.plain).toContain('@lee (delivered)')
  })

  it('an archived channel: the same', async () => {
    const { ann, dee } = await begin({
      before: async ({ workspace, requests }) => workspace.admin.changesChannel(requests, { isArchived: true }),
    })
    await dee.waitsFor('You are asked as well')
    await ann.waitsFor('#requests (cannot be reached: the channel is archived)')
  })

  it.each(['messages_tab_disabled', 'cannot_dm_bot', 'restricted_action', 'user_not_found'])(
    'a direct message refused with %s: the same',
    async (error) => {
      const { dee } = await begin({
        policy: NOBODY_ELSE,
        before: async ({ workspace }) => {
          workspace.fails('chat.postMessage', { kind: 'error', error, when: ({ channel }) => channel === 'U0LEE' })
        },
      })
      await dee.waitsFor('You are asked as well')
    },
  )

  it('an error that an operator may mend: nobody waits for that, and the card comes when it is mended', async () => {
    let mend = () => {}
    const { dee, lee, bot } = await begin({
      policy: NOBODY_ELSE,
      before: async ({ workspace }) => {
        mend = workspace.fails('chat.postMessage', {
          kind: 'error',
          error: 'ekm_access_denied',
          when: ({ channel }) => channel === 'U0LEE',
        })
      },
    })
    await dee.waitsFor('You are asked as well')
    mend()
    await lee.waitsFor('Waiting for approval')
    expect(bot.lines.some(({ level }) => level === 'error')).toBe(false)
  })

  it('with nobody to come next: the requester is told what he can do, once', async () => {
    const { ann, passes } = await begin({
      policy: NOBODY_ELSE,
      glass: true,
      rule: { escalate: [] },
      before: ({ workspace, kim }) => workspace.admin.deactivates(kim),
    })
    const news = await ann.waitsFor('by its rule nobody else is asked next')
    expect(news.plain).toContain('/breakglass nudge R-')
    expect(news.plain).toContain('/breakglass emergency orders-read')
    passes(MINUTE)
    await ann.waitsFor('@kim (cannot be reached')
    expect(ann.dms.filter(({ plain }) => plain.includes('nobody else is asked next'))).toHaveLength(1)
  })
})

describe('the requester', () => {
  it('has a button for an emergency only where a rule lets the glass be broken', async () => {
    const { ann } = await begin({ glass: true })
    const own = await ann.waitsFor('Asked:')
    expect(own.buttons.map(({ label }) => label)).toEqual(['Remind them', 'Make it an emergency', 'Cancel'])
  })

  it('reads, when it lapses, who did not answer and what to do next', async () => {
    const { ann, passes } = await begin({ glass: true, rule: { escalate: [] } })
    await ann.waitsFor('Waiting for leads')
    passes(15 * MINUTE)
    const news = await ann.waitsFor('Nobody decided R-')
    expect(news.plain).toContain('No answer from #requests')
    expect(news.plain).toContain('call an approver, then ask again')
    expect(news.plain).toContain('/breakglass emergency orders-read')
    expect((await ann.waitsFor('Lapsed')).buttons.map(({ actionId }) => actionId)).toEqual(['request_again'])
  })

  it('ends it early on the channel’s card, too; for anybody else the press does nothing and says so in private', async () => {
    const { ann, lee, ben, requests, bot } = await begin()
    await lee.presses('approve', await lee.waitsFor('Waiting for approval', { in: requests }))
    const card = await ann.waitsFor('Active until', { in: requests })
    await ben.presses('end_early', card)
    const no = await ben.waitsFor('Only whoever asked can end it here', { in: requests })
    expect(no.isEphemeral).toBe(true)
    expect(bot.target.held.size).toBe(1)
    await ann.presses('end_early', card)
    await ann.waitsFor('Given back early', { in: requests })
    expect(bot.target.held.size).toBe(0)
  })
})

describe('more time', () => {
  it('is asked for in the thread of the card that gave the access, and in the channel', async () => {
    const { ann, lee, requests, workspace } = await begin()
    const first = await lee.waitsFor('Waiting for approval', { in: requests })
    await lee.presses('approve', first)
    await ann.waitsFor('You have Read the orders database')
    const id = /R-\w{6}/.exec(first.plain)?.[0] ?? ''
    await ann.types(`/breakglass extend ${id} 20m INC-42 still not mended`)
    const more = await lee.waitsFor('more time with', { in: requests })
    expect(more.threadTs).toBe(first.ts)
    const posted = workspace.calls.filter(
      ({ method, args }) => method === 'chat.postMessage' && args.thread_ts === first.ts,
    )
    expect(posted.map(({ args }) => args.reply_broadcast)).toEqual(['true'])
    await lee.presses('approve', more)
    await lee.waitsFor(/Active until/, { in: requests })
  })
})
