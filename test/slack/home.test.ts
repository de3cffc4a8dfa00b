import { describe, expect, it } from 'vitest'
import { newCopy } from '../../src/core/copy.ts'
import type { RequestId } from '../../src/core/ids.ts'
import { openRequest } from '../../src/core/opening.ts'
import type { Store } from '../../src/core/store.ts'
import { randomIds } from '../../src/operations/random-ids.ts'
import type { Person } from '../../src/workspace/person.ts'
import { makePolicy, makeRequest, sha256 } from '../support/make.ts'
import { policyOf, untilFormSays } from './asking.ts'
import { type BotOptions, makeSlack, startBot, untilTrue } from './bot.ts'

async function startHome(options: BotOptions = {}) {
  const slack = await makeSlack()
  const bot = await startBot(slack, options)
  return { ...slack, bot }
}

/** Waits until somebody's Home says the words. */
async function untilHomeSays(person: Person, words: string | RegExp): Promise<string> {
  const says = () => (typeof words === 'string' ? homeOf(person).includes(words) : words.test(homeOf(person)))
  await untilTrue(says).catch(() => expect(homeOf(person)).toMatch(words))
  return homeOf(person)
}

function homeOf({ home }: Person): string {
  return home?.plain ?? ''
}

async function pressesHome(person: Person, action: string, blockId?: string) {
  if (!person.home) throw new Error('nothing is drawn')
  return person.presses(action, person.home, blockId === undefined ? {} : { blockId })
}

/** So many requests of Ann's, opened by the production code, without their cards. */
async function openMany(store: Store, count: number, openedAt: number, first = 1): Promise<RequestId[]> {
  const ids: RequestId[] = []
  for (let number = first; number < first + count; number += 1) {
    const id = randomIds.requestId()
    const made = makeRequest({ now: openedAt + number, reason: `INC-${number} replica lag` })
    const terms = { ...made.terms, request: id, reasonHash: sha256(`${number}`) }
    const copies = [newCopy({ id: randomIds.opaque(), request: id, audience: 'approvers', destination: 'C0REQUESTS' })]
    const change = openRequest({ ...made, id, terms, lapsesAt: openedAt + 900_000 }, copies, [])
    await store.commit({ ...change, effects: [] })
    ids.push(id)
  }
  return ids
}

describe('Home', () => {
  it('when it is opened, shows what one holds, what waits, what was asked and what may be asked for', async () => {
    const { ann, lee, bot } = await startHome()
    await ann.opensHome()
    const empty = await untilHomeSays(ann, 'You have no access now')
    expect(empty).toContain('Nothing waits for you')
    expect(empty).toContain('You wait for nobody')
    expect(empty).toContain('orders-read: Read the orders database, on orders-db')
    expect(empty).not.toContain('Everybody’s access')
    await ann.types('/breakglass orders-read 10m INC-42 replica lag')
    const { id } = (await bot.store.requests({ limit: 1 }))[0] ?? { id: '' }
    await ann.opensHome()
    const mine = await untilHomeSays(ann, 'Your open requests: 1')
    expect(mine).toContain('Waiting for leads.')
    expect(mine).toMatch(/Asked: \S*requests/)
    expect(mine).toContain(id)
    await lee.opensHome()
    const waiting = await untilHomeSays(lee, 'Waiting for your decision: 1')
    expect(waiting).toContain('INC-42 replica lag')
    expect(waiting).toContain('for 10m from approval')
  })

  it('is drawn from the tab of messages by nobody, and again by “Refresh”', async () => {
    const { ann, workspace } = await startHome()
    await ann.opens('messages')
    await ann.opensHome()
    await untilHomeSays(ann, 'You have no access now')
    expect(workspace.callsTo('views.publish')).toHaveLength(1)
    await pressesHome(ann, 'home_refresh')
    await untilTrue(() => workspace.callsTo('views.publish').length === 2)
  })

  it('has those who were asked reminded, and tells it by direct message', async () => {
    const { ann, lee, requests, bot } = await startHome()
    await ann.types('/breakglass orders-read 10m INC-42 replica lag')
    await lee.waitsFor('INC-42', { in: requests })
    const [{ id } = { id: '' }] = await bot.store.requests({ limit: 1 })
    await ann.opensHome()
    await untilHomeSays(ann, id)
    const before = ann.dms.length
    await pressesHome(ann, 'nudge', `mine ${id}`)
    await untilTrue(() => ann.dms.length > before)
    expect(ann.dms.at(-1)?.plain).not.toContain('not one of mine')
  })

  it('opens the form to ask, which searches among all that there is', async () => {
    const { ann } = await startHome({ policy: policyOf(120) })
    await ann.opensHome()
    expect(await untilHomeSays(ann, 'What you may ask for: 1–10 of 120')).toContain('[Next (110 more)]')
    await pressesHome(ann, 'open_request')
    await untilFormSays(ann)
    expect((await ann.searches('entitlement', ann.modal!, 'db-119')).length).toBe(1)
  })

  it('a look-up that fails shows one sentence, with a button to try again', async () => {
    const { ann, workspace } = await startHome()
    workspace.fails('users.info', { kind: 'error', error: 'fatal_error', times: 9 })
    await ann.opensHome()
    const said = await untilHomeSays(ann, 'Slack could not tell')
    expect(said).not.toContain('orders-read')
    expect(said).toContain('[Refresh]')
  })

  it('asks Slack for nobody who is remembered', async () => {
    const { ann, workspace } = await startHome()
    await ann.opensHome()
    await untilHomeSays(ann, 'You have no access now')
    const before = workspace.callsTo('users.info').length
    await pressesHome(ann, 'home_refresh')
    await untilTrue(() => workspace.callsTo('views.publish').length === 2)
    expect(workspace.callsTo('users.info')).toHaveLength(before)
  })

  it('is drawn later when Slack holds it back', async () => {
    const { ann, workspace } = await startHome()
    workspace.fails('views.publish', { kind: 'rate limited', retryAfter: 1, times: 1 })
    await ann.opensHome()
    await untilHomeSays(ann, 'You have no access now')
  })

  it('with 500 requests that wait: pages of five, nothing left out without a word, and as many reads as with one', async () => {
    const counted = { reads: 0 }
    const count = (store: Store) =>
      new Proxy(store, {
        get: (of, name: keyof Store) => {
          const method = of[name] as (...given: unknown[]) => unknown
          return (...given: unknown[]) => {
            if (/^(request|grant|copiesOf|heldBy|pending|live|stuck|reviews|usesSince)/.test(name)) counted.reads += 1
            return method.apply(of, given)
          }
        },
      })
    const { lee, bot, time } = await startHome({ store: count })
    const now = time.now()
    const [first] = await openMany(bot.store, 1, now - 60_000)
    const reads = async (open: () => Promise<unknown>, until: RegExp) => {
      counted.reads = 0
      await open()
      await untilHomeSays(lee, until)
      return counted.reads
    }
    const withOne = await reads(() => lee.opensHome(), /Waiting for your decision: 1/)
    const ids = [first, ...(await openMany(bot.store, 499, now, 2))]
    const withMany = await reads(() => lee.opensHome(), /Waiting for your decision: 1–5 of 500/)
    expect(withMany).toBe(withOne)
    const seen = new Set<string>()
    for (let page = 1; page <= 100; page += 1) {
      const shown = [...homeOf(lee).matchAll(/(R-[0-9A-Z]{6}), asked/g)].map((match) => match[1] ?? '')
      expect(shown).toEqual(ids.slice((page - 1) * 5, page * 5))
      for (const id of shown) seen.add(id)
      if (page < 100) {
        await pressesHome(lee, 'home_next', 'waiting pages')
        await untilHomeSays(lee, new RegExp(`Waiting for your decision: ${page * 5 + 1}–${page * 5 + 5} of 500`))
      }
    }
    expect(seen.size).toBe(500)
    expect(homeOf(lee)).not.toContain('[Next')
    await pressesHome(lee, 'home_previous', 'waiting pages')
    await untilHomeSays(lee, '491–495 of 500')
  }, 60_000)

  it('a press on one page draws that page again, though the list is shorter', async () => {
    const { lee, bot, time } = await startHome()
    await openMany(bot.store, 12, time.now())
    await lee.opensHome()
    await untilHomeSays(lee, '1–5 of 12')
    await pressesHome(lee, 'home_next', 'waiting pages')
    await untilHomeSays(lee, '6–10 of 12')
    const [, id] = /(R-[0-9A-Z]{6}), asked/.exec(homeOf(lee)) ?? []
    await pressesHome(lee, 'deny', `waiting ${id}`)
    await lee.waitsForModal('deny')
    await lee.submits({ reason: 'not tonight' })
    await untilHomeSays(lee, '6–10 of 11')
    expect(homeOf(lee)).not.toContain(id)
  })
})

describe('who is nobody here', () => {
  it('a guest reads one sentence and learns nothing', async () => {
    const { workspace, ann } = await startHome()
    await ann.types('/breakglass orders-read 10m INC-42 replica lag')
    const guest = workspace.person('gus', { standing: 'guest' })
    await guest.opensHome()
    const said = await untilHomeSays(guest, 'Guests of this workspace')
    expect(said).toBe('Guests of this workspace cannot use break-glass access.')
    expect(guest.home?.buttons).toEqual([])
  })
})

const WEAK = { where: 'rules.one-lead', what: 'nobody in leads can be reached', fix: 'Ask them.', about: [] }

describe('who has another e-mail address than when he was first seen', () => {
  it('sees nothing of either person', async () => {
    const { workspace, ann, ben, bot, time } = await startHome()
    await ann.types('/breakglass orders-read 10m INC-42 replica lag')
    await bot.store.commit({ pins: [{ id: ben.id, subject: 'ben@example.com', at: time.now() }] })
    await workspace.admin.changesEmail(ben, 'ann@example.com')
    await ben.opensHome()
    const said = await untilHomeSays(ben, 'is another one than I know you by')
    expect(said).not.toContain('R-')
    expect(ben.home?.buttons).toEqual([])
  })
})

describe('for the people of security', () => {
  it('shows everybody’s access with Revoke, what is stuck, and the pause; nobody else sees it', async () => {
    const { ann, lee, sam, bot, time } = await startHome({ policy: makePolicy() })
    await ann.types('/breakglass orders-read 10m INC-42 replica lag')
    await lee.opensHome()
    await untilHomeSays(lee, 'INC-42')
    const [{ id } = { id: '' }] = await bot.store.requests({ limit: 1 })
    await pressesHome(lee, 'approve', `waiting ${id}`)
    await lee.waitsFor(`Approved ${id}`)
    await untilTrue(async () => (await bot.store.grants({ states: ['active'], limit: 1 })).length === 1)
    await bot.store.commit({
      notes: [{ key: 'liveness', value: JSON.stringify([WEAK]) }],
      freezes: [{ key: 'ben@example.com', at: time.now(), by: 'U0LEE', why: 'looks-wrong', request: null }],
    })
    await sam.opensHome()
    const shown = await untilHomeSays(sam, 'Everybody’s access now: 1')
    expect(shown).toContain('@ann: Read the orders database (orders-read) on orders-db')
    expect(shown).toContain('Nothing is stuck')
    expect(shown).toContain('No review is owed')
    expect(shown).toContain('rules.one-lead: nobody in leads can be reached. Ask them.')
    expect(shown).toContain('ben@example.com')
    expect(shown).not.toContain('@lee')
    expect(sam.home?.buttons.map(({ actionId }) => actionId)).toContain('revoke')
    for (const person of [ann, lee]) {
      await person.opensHome()
      await untilHomeSays(person, 'What you')
      expect(homeOf(person)).not.toMatch(/Everybody|stuck|Frozen|reachable/)
    }
  })
})
