import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { itNeedsDifferentPeople, itNeedsOneOfEachGroup } from './quorums.ts'
import { configOf, startTown, until } from './town.ts'

describe('self-approval', () => {
  it('by the requester, or by his second account with the same subject: refused by the whole bot', async () => {
    const groups = '  everybody: { members: [U0ANN, U0ANNTWO, U0LEE] }'
    const rule = '{ requesters: [everybody], approvers: [everybody], default_purpose: incident }'
    const town = await startTown({ config: configOf({ groups, rule }) })
    const second = town.workspace.person('anntwo', { email: 'Ann@Example.com' })
    town.workspace.admin.invites(second, town.requests)
    const { id, card } = await town.asks(town.ann)
    for (const self of [town.ann, second]) {
      await self.presses('approve', card)
      await self.waitsFor('somebody else must decide', { in: town.requests })
    }
    expect(await town.state(id)).toBe('pending')
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('inserted into the database by hand: the database refuses, as it refuses a grant without its voices', async () => {
    const town = await startTown()
    const { id } = await town.asks(town.ann)
    const db = new Database(town.databasePath)
    const insert = db.prepare('INSERT INTO approvals VALUES (?, ?, ?, ?, ?, 1, NULL, NULL)')
    const [ann, lee] = ['ann@example.com', 'lee@example.com']
    expect(() => insert.run(id, ann, ann, 'U0ANN', 'ann')).toThrow('CHECK constraint failed')
    expect(() => insert.run(id, lee, ann, 'U0ANN', 'ann')).toThrow('FOREIGN KEY constraint failed')
    expect(() => insert.run(id, lee, lee, 'U0LEE', 'lee')).toThrow()
    db.prepare("UPDATE requests SET state = 'approved', approved_at = 1 WHERE id = ?").run(id)
    db.prepare(
      "INSERT INTO holdings VALUES ('h', 1, 'orders-db', 'ann', '{\"role\":\"r\"}', 1, NULL, NULL, NULL, NULL)",
    ).run()
    const grant = `
      INSERT INTO grants (id, version, state, request, requester, subject, entitlement, rule, target, account, access,
        holding, created_at, expires_at, grant_by)
      SELECT 'G-' || substr(id, 3), 1, 'granting', id, requester, subject, entitlement, rule, target, account, access,
        'h', 1, 1 + ttl_ms, 2 FROM requests WHERE id = ?`
    expect(() => db.prepare(grant).run(id)).toThrow('a grant needs an approved request with its quorum')
    db.close()
  })
})

describe('quorum by one person twice, or by one person in two groups', () => {
  itNeedsDifferentPeople(120)
  itNeedsOneOfEachGroup(120)

  it('an approver who changes his e-mail between two presses is still one person', async () => {
    const groups = '  all: { members: [U0LEE, U0KIM, U0SAM] }'
    const rule = '{ requesters: [engineers], approvers: [all], quorum: 2, default_purpose: incident }'
    const town = await startTown({ config: configOf({ groups, rule }) })
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('Recorded: 1 of 2', { in: town.requests })
    await town.workspace.admin.changesEmail(town.lee, 'lee.two@example.com')
    await town.delivers(town.lee.payloadOf('approve', card))
    expect(await town.state(id)).toBe('pending')
  })
})

describe('requester changes his e-mail to somebody else’s', () => {
  it('between request and click: refused, nothing is given, and the approver is told why', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.workspace.admin.changesEmail(town.ann, 'boss@example.com')
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('e-mail address has changed', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
    expect(await town.grants()).toEqual([])
  })

  it('to one outside the domains, or takes it away: refused', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    for (const change of [{ email: 'ann@evil.example' }, { email: undefined }, { isEmailConfirmed: false }]) {
      await town.workspace.admin.changesMember(town.ann, change)
      await town.delivers(town.lee.payloadOf('approve', card))
    }
    expect(await town.state(id)).toBe('pending')
  })

  it('after he was known: he cannot ask as the other, because his subject is pinned at first use', async () => {
    const town = await startTown()
    await town.asks(town.ann)
    await town.workspace.admin.changesEmail(town.ann, 'boss@example.com')
    await town.ann.types('/breakglass orders-read INC-43 as somebody else')
    await town.ann.waitsFor('another one than I know you by')
    const subjects = await town.look(async (store) =>
      (await store.requests({ limit: 9 })).map(({ terms }) => terms.subject),
    )
    expect(subjects).toEqual(['ann@example.com'])
  })

  it('is told to the security channel, by name: at the event of Slack, and at the press when that never comes', async () => {
    const town = await startTown()
    const { card } = await town.asks(town.ann)
    Object.assign(town.ann.member, { email: 'boss@example.com' }) // and no event tells of it
    await town.delivers(town.lee.payloadOf('approve', card))
    expect(await town.events()).toContain('person.subject-changed')
    const alert = await town.sam.waitsFor('was ann@example.com and has the e-mail address boss@example.com', {
      in: town.security,
    })
    expect(alert.mentions).toContain(town.sam.id)
    const second = await town.asks(town.ben)
    await town.workspace.admin.changesEmail(town.ben, 'kim.two@example.com')
    await town.sam.waitsFor('was ben@example.com', { in: town.security })
    expect(await town.state(second.id)).toBe('pending')
  })
})

describe.concurrent('approver group edited after the request', () => {
  const groups = '  paged: { slack_usergroup: S0LEADS }'
  const rule = '{ requesters: [engineers], approvers: [paged], default_purpose: incident }'

  it('whoever was added is refused, whoever was removed too, and who was there before and still is counts', async ({
    onTestFinished,
  }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule }) })
    const { id, card } = await town.asks(town.ann)
    await town.workspace.admin.changesGroup(town.leads, [town.lee, town.eve])
    await Promise.all([town.eve.presses('approve', card), town.kim.presses('approve', card)])
    await town.eve.waitsFor('You joined the approvers after this was asked', { in: town.requests })
    await town.kim.waitsFor('You are not one of the approvers', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('also when the event of Slack that tells of the change never arrives', async ({ onTestFinished }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule }) })
    const { id, card } = await town.asks(town.ann)
    town.leads.members = ['U0EVE']
    await Promise.all([town.eve.presses('approve', card), town.lee.presses('approve', card)])
    await town.eve.waitsFor('You joined the approvers after this was asked', { in: town.requests })
    await town.lee.waitsFor('You are not one of the approvers', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
  })

  it('removed and added again in between counts: he was one when it was asked, and is one now', async ({
    onTestFinished,
  }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule }) })
    const { id, card } = await town.asks(town.ann)
    await town.workspace.admin.changesGroup(town.leads, [])
    await town.workspace.admin.changesGroup(town.leads, [town.lee])
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })

  it('requesters’ group: whoever was taken out after he asked gets nothing', async ({ onTestFinished }) => {
    const more = '  asking: { slack_usergroup: S0ENG }'
    const open = '{ requesters: [asking], approvers: [leads], default_purpose: incident }'
    const town = await startTown({ onTestFinished, config: configOf({ groups: more, rule: open }) })
    const { id, card } = await town.asks(town.ann)
    town.engineers.members = ['U0BEN']
    await town.lee.presses('approve', card)
    await town.lee.waitsFor('may no longer ask under usual', { in: town.requests })
    expect(await town.state(id)).toBe('pending')
  })

  it('changes of groups that rules use are told to the security channel: who came and who left', async ({
    onTestFinished,
  }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule }) })
    await town.asks(town.ann)
    await until(async () => (await town.look((store) => store.roster('paged'))) !== undefined)
    await town.workspace.admin.changesGroup(town.leads, [town.lee, town.eve])
    const told = await town.sam.waitsFor('members of a group changed', { in: town.security })
    expect(told.plain).toMatch(/added @eve · group paged .*removed @kim/)
    expect(await town.events()).toContain('group.changed')
  })

  it('changes of groups that no rule uses are nobody’s business', async ({ onTestFinished }) => {
    const town = await startTown({ onTestFinished, config: configOf({ groups, rule }) })
    await until(async () => (await town.look((store) => store.roster('paged'))) !== undefined)
    await town.workspace.admin.changesGroup(town.engineers, [town.eve])
    await town.workspace.admin.changesGroup(town.leads, [town.lee])
    await until(async () => (await town.events()).includes('group.changed'))
    const told = (await town.look((store) => store.events({ limit: 999 }))).filter(
      ({ name }) => name === 'group.changed',
    )
    expect(told.map(({ detail }) => detail.group)).toEqual(['paged'])
  })
})
