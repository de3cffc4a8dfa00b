import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { Group, Policy } from '../../src/core/policy.ts'
import type { Schedules } from '../../src/operations/ports.ts'
import { lookIntoSlack } from '../../src/slack/survey/look.ts'
import { SCOPES } from '../../src/slack/survey/tokens.ts'
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts'
import {
  makeEntitlement,
  makeGroup,
  makePolicy,
  makeRule,
  makeSchedule,
  makeTarget,
  makeUsergroup,
  NIGHT,
} from '../support/make.ts'
import { NO_SCHEDULES } from '../support/no-schedules.ts'

const manifest = await readFile('manifest.yml', 'utf8')
const clock = { now: () => NIGHT }

let workspace: Workspace
let town: ReturnType<typeof populate>
beforeEach(async () => {
  town = await settle(manifest)
})

async function settle(written: string) {
  workspace = await startWorkspace({ manifest: written })
  onTestFinished(() => workspace.stop())
  return populate(workspace)
}

function populate(made: Workspace) {
  const [ann, ben, lee, kim, sam] = ['ann', 'ben', 'lee', 'kim', 'sam'].map((name) => made.person(name))
  if (!ann || !ben || !lee || !kim || !sam) throw new Error('nobody is here')
  const everybody = [ann, ben, lee, kim, sam]
  const requests = made.channel('requests', { members: everybody })
  const security = made.channel('security', { private: true, members: [sam] })
  const engineers = made.group('eng', { members: [ann, ben, lee] })
  return { ann, ben, lee, kim, sam, requests, security, engineers }
}

const ENG = makeUsergroup('engineers', 'S0ENG')
const LEADS = makeGroup('leads', ['U0LEE', 'U0KIM'])

function policyWith(groups: readonly Group[], change: Parameters<typeof makeRule>[0] = {}): Policy {
  const [engineers = ENG, leads = LEADS] = groups
  const rule = makeRule({ requesters: [engineers], approvers: [leads], ...change })
  const entitlements = new Map([['orders-read', makeEntitlement({ rules: [rule] })]])
  return makePolicy({
    entitlements,
    groups: new Map([engineers, leads, ...groups].map((group) => [group.name, group])),
  })
}

interface Change {
  readonly policy?: Policy
  readonly botToken?: string
  readonly schedules?: Schedules
  readonly mode?: Parameters<typeof lookIntoSlack>[0]['mode']
}

/** All that is not ok, as `level where: what`. */
async function survey({ policy = policyWith([]), botToken, mode, schedules = NO_SCHEDULES }: Change = {}) {
  const credentials = mode ?? { kind: 'socket', appToken: { reveal: () => workspace.appToken } }
  const token = botToken ?? workspace.botToken
  const asking = { botToken: token, mode: credentials, apiUrl: workspace.apiUrl, policy, clock }
  const look = lookIntoSlack({ ...asking, schedules })
  const remarks = await look.survey(() => {})
  for (const { level, fix } of remarks) if (level === 'ok') expect(fix).toBeNull()
  return remarks.filter(({ level }) => level !== 'ok').map(({ level, where, what }) => `${level} ${where}: ${what}`)
}

/** Whoever may edit a user group is always worth a look by hand. */
const BY_HAND = expect.stringMatching(/^finding groups.engineers: who may edit these user groups is a setting/)

describe('the set-up in Slack', () => {
  it('that is right has nothing but what must be looked up by hand', async () => {
    expect(await survey()).toEqual([BY_HAND])
    expect(workspace.callsTo('chat.postMessage')).toEqual([])
    expect(workspace.sockets).toBe(0)
  })

  it('asks for nothing by hand where no user group is used', async () => {
    expect(await survey({ policy: policyWith([makeGroup('engineers', ['U0ANN', 'U0BEN']), LEADS]) })).toEqual([])
    expect(workspace.callsTo('usergroups.list')).toEqual([])
  })

  it('knows every scope that the manifest asks for', () => {
    expect(Object.keys(SCOPES)).toEqual(parse(manifest).oauth_config.scopes.bot)
  })
})

describe('a token', () => {
  it('that Slack refuses is a fault, and nothing else is asked', async () => {
    expect(await survey({ botToken: 'xoxb-wrong' })).toEqual(['fault SLACK_BOT_TOKEN: Slack refuses it: invalid_auth'])
    expect(workspace.callsTo('conversations.info')).toEqual([])
  })

  it.each(Object.keys(SCOPES))('without the scope %s is told what cannot be done', async (scope) => {
    await settle(manifest.replace(`      - ${scope}\n`, ''))
    expect(await survey()).toContain(
      `fault scopes of SLACK_BOT_TOKEN: ${scope} is missing: without it ${SCOPES[scope]}`,
    )
  })

  it('for the app is tried without opening a socket; a signing secret is looked at', async () => {
    const wrong = { kind: 'socket', appToken: { reveal: () => 'xapp-wrong' } } as const
    expect(await survey({ mode: wrong })).toContain('fault SLACK_APP_TOKEN: Slack refuses it: invalid_auth')
    const odd = { kind: 'http', signingSecret: { reveal: () => 'not hexadecimal' } } as const
    expect(await survey({ mode: odd })).toContain(
      'finding SLACK_SIGNING_SECRET: does not look like one of Slack’s, which have 32 hexadecimal digits',
    )
  })

  it('cannot be judged while Slack is down, and that is said', async () => {
    workspace.goesDown()
    expect(await survey()).toContainEqual(expect.stringMatching(/^fault SLACK_BOT_TOKEN: Slack could not be asked/))
  })
})

describe('a channel', () => {
  it.each([
    ['is public', { isPrivate: false }, 'The security channel C0SECURITY is public'],
    ['is shared', { isShared: true }, 'Channel C0SECURITY is shared with another workspace'],
    ['is archived', { isArchived: true }, 'Channel C0SECURITY is archived'],
  ] as const)('that %s is a fault', async (_name, change, what) => {
    workspace.admin.changesChannel(town.security, change)
    expect(await survey()).toContain(`fault slack.security_channel: ${what}`)
  })

  it('that is missing, or not joined, is a fault under the key that names it', async () => {
    workspace.admin.removes(workspace.bot, town.requests)
    const policy = { ...policyWith([], { channel: 'C0NOWHERE' }) }
    const found = await survey({ policy })
    expect(found).toContain('fault slack.requests_channel: I am not a member of channel C0REQUESTS')
    expect(found).toContain(
      'fault rules.one-lead.channel: Channel C0NOWHERE does not exist, or I am not a member of it',
    )
  })
})

describe('a group', () => {
  it('that Slack does not have, or has disabled, is a fault', async () => {
    const policy = policyWith([makeUsergroup('engineers', 'S0NONE'), LEADS])
    expect(await survey({ policy })).toContain('fault groups.engineers: Slack has no user group S0NONE')
    workspace.admin.disablesGroup(town.engineers)
    expect(await survey()).toContain('fault groups.engineers: the user group S0ENG is disabled')
  })

  it('that is empty is a finding, and so is the entitlement that nobody can ask for', async () => {
    await workspace.admin.changesGroup(town.engineers, [])
    const found = await survey()
    expect(found).toContain('finding groups.engineers: the user group S0ENG has no members')
    expect(found).toContain('finding entitlements.orders-read: nobody can ask for it')
  })

  it.each([
    ['deactivated', { isDeleted: true }, 'deactivated in Slack'],
    ['a guest', { isRestricted: true }, 'a guest in this workspace'],
    ['a bot', { isBot: true }, 'a bot'],
    ['of another workspace', { teamId: 'T0ELSEWHERE' }, 'of another workspace'],
    ['elsewhere by e-mail', { email: 'kim@elsewhere.org' }, 'with an e-mail address outside of people.email_domains'],
    ['without an e-mail', { email: undefined }, 'without an e-mail address in Slack'],
  ] as const)('with a member who is %s is a finding', async (_name, change, what) => {
    await workspace.admin.changesMember(town.kim, change)
    expect(await survey()).toContain(`finding groups.leads: U0KIM: ${what}, so counts as nobody`)
  })

  it('with somebody whom Slack does not know is a finding', async () => {
    const policy = policyWith([ENG, makeGroup('leads', ['U0LEE', 'U0KIM', 'U0NOBODY'])])
    expect(await survey({ policy })).toContain('finding groups.leads: U0NOBODY: unknown to Slack, so counts as nobody')
  })

  it('of hundreds is read from the list of the workspace, page by page, not one by one', async () => {
    const many = Array.from({ length: 300 }, (_, index) => workspace.person(`many${index}`))
    await workspace.admin.changesGroup(town.engineers, many)
    workspace.forgetsCalls()
    expect(await survey()).toEqual([BY_HAND])
    expect(workspace.callsTo('users.info')).toEqual([])
    expect(workspace.callsTo('users.list')).toHaveLength(1)
  })

  it('is read in the end also when Slack holds back', async () => {
    workspace.fails('users.info', { kind: 'rate limited', retryAfter: 1, times: 1 })
    expect(await survey()).toEqual([BY_HAND])
  })
})

describe('an on-call schedule', () => {
  const policy = policyWith([ENG, makeSchedule('oncall', 'pagerduty PX12345')])
  const answering = (...people: string[]): Schedules => ({ onCall: async () => people })

  it('that answers counts: whoever is on call is looked up, and reached', async () => {
    expect(await survey({ policy, schedules: answering('kim@example.com') })).toEqual([BY_HAND])
    expect(workspace.callsTo('conversations.open').map(({ args }) => args.users)).toEqual(['U0KIM'])
    const found = await survey({ policy, schedules: answering('lee@example.com') })
    expect(found).toContainEqual(expect.stringContaining('somebody else must agree, but nobody can for U0LEE (lee)'))
  })

  it('that does not answer is a fault with its cause, and nothing is said of who could agree', async () => {
    const schedules = {
      onCall: () => Promise.reject(new Error('the on-call schedule cannot be read: answered HTTP 401')),
    }
    expect(await survey({ policy, schedules })).toEqual([
      BY_HAND,
      'fault groups.oncall: the on-call schedule cannot be read: answered HTTP 401',
    ])
  })

  it('in which nobody is on call, or somebody whom Slack does not know, is a finding', async () => {
    expect(await survey({ policy, schedules: answering() })).toContain(
      'finding groups.oncall: nobody is on call in pagerduty PX12345 now',
    )
    expect(await survey({ policy, schedules: answering('kim@example.com', 'ghost@example.com') })).toContain(
      'finding groups.oncall: 2 are on call in pagerduty PX12345, but Slack knows 1 of them',
    )
  })
})

describe('reach', () => {
  it('whoever can be sent no direct message does not count, and is named', async () => {
    workspace.fails('conversations.open', {
      kind: 'error',
      error: 'user_disabled',
      when: ({ users }) => users === 'U0KIM',
    })
    expect(await survey()).toContain(
      'finding rules.one-lead.approvers: somebody else must agree, but nobody can for U0LEE (lee); no direct message reaches U0KIM (kim)',
    )
  })

  it('where Slack does not tell whom a message reaches, that is said, and nothing is called well', async () => {
    workspace.fails('conversations.open', { kind: 'error', error: 'internal_error' })
    expect(await survey()).toEqual([
      BY_HAND,
      'finding entitlements: Slack does not tell whether a direct message reaches U0LEE (lee), U0KIM (kim), so nobody can say whether enough approvers are there',
    ])
  })

  it('a person whom a step names counts', async () => {
    await workspace.admin.deactivates(town.kim)
    const step = { afterMs: 60_000, to: [makeGroup('U0SAM', ['U0SAM'])], channels: [], decide: true }
    expect(await survey({ policy: policyWith([], { escalate: [step] }) })).toEqual([
      BY_HAND,
      'finding groups.leads: U0KIM: deactivated in Slack, so counts as nobody',
    ])
  })

  it('a requester whom too few others could approve is named', async () => {
    const found = await survey({ policy: policyWith([], { quorum: 2 }) })
    expect(found).toContain('finding rules.one-lead.approvers: 2 others must agree, but fewer can for U0LEE (lee)')
    await workspace.admin.deactivates(town.kim)
    expect(await survey()).toContain(
      'finding rules.one-lead.approvers: somebody else must agree, but nobody can for U0LEE (lee)',
    )
  })

  it('two accounts of one human are one voice', async () => {
    await workspace.admin.changesEmail(town.kim, 'lee@example.com')
    expect(await survey()).toContain(
      'finding rules.one-lead.approvers: somebody else must agree, but nobody can for U0LEE (lee)',
    )
  })

  it('an entitlement that some can ask for and nobody can get is named', async () => {
    await workspace.admin.deactivates(town.kim)
    await workspace.admin.deactivates(town.lee)
    expect(await survey()).toContain(
      'finding entitlements.orders-read: some can ask for it, but nobody can get it: see its rules',
    )
  })

  it('who has no account on the target is named; two subjects with one account are a fault', async () => {
    const map = { 'ann@example.com': 'orders', 'ben@example.com': 'orders' }
    const target = makeTarget({ account: { kind: 'map', map } })
    const rule = makeRule({ requesters: [ENG], approvers: [LEADS] })
    const entitlement = makeEntitlement({ target, rules: [rule] })
    const policy = { ...policyWith([]), entitlements: new Map([['orders-read', entitlement]]) }
    const found = await survey({ policy: { ...policy, targets: new Map([[target.name, target]]) } })
    const where = 'targets.orders-db.account'
    expect(found).toContain(`finding ${where}: lee@example.com may ask, but the target knows no account for them`)
    expect(found).toContain(`fault ${where}: ann@example.com and ben@example.com would share the account orders`)
  })
})

describe('cards and forms', () => {
  it('are judged by Slack with the longest texts; one that it refuses is a fault', async () => {
    await survey()
    expect(workspace.callsTo('blocks.validate').length).toBeGreaterThanOrEqual(6)
    expect(JSON.stringify(workspace.callsTo('blocks.validate'))).toContain('𝔻'.repeat(500))
    workspace.fails('blocks.validate', { kind: 'error', error: 'invalid_blocks', times: 1 })
    expect(await survey()).toContain('fault cards and forms: Slack refuses the longest approval card: invalid_blocks')
  })

  it('are left alone where Slack does not judge', async () => {
    workspace.fails('blocks.validate', { kind: 'error', error: 'unknown_method' })
    expect(await survey()).toContain('finding cards and forms: Slack did not judge them: unknown_method')
  })
})
