import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/load.ts'
import { LETTERS } from '../fuzz/hostile-text.ts'
import { configOf, startTown, told, until } from './town.ts'

const long = (length: number, letter = 'a') => letter.repeat(length)

interface Lengths {
  readonly title?: string
  readonly entitlement?: string
  readonly target?: string
  readonly group?: string
  readonly rule?: string
  readonly purpose?: string
  readonly hint?: string
}

/** A config in which every word that is shown has the length wanted. */
function configWith({
  title = 'Read',
  entitlement = 'orders-read',
  target = 'orders-db',
  group = 'engineers',
  rule = 'usual',
  purpose = 'incident',
  hint = 'Say why',
}: Lengths): string {
  const reason = `{ hint: ${JSON.stringify(hint)} }`
  const purposes = `purposes: [${purpose}], default_purpose: ${purpose}`
  return configOf({
    groups: group === 'engineers' ? '' : `  ${group}: { members: [U0LEE, U0KIM] }`,
    rule: `{ requesters: [engineers], approvers: [${group === 'engineers' ? 'leads' : group}], ${purposes}, reason: ${reason} }`,
    entitlements: `  ${entitlement}: { title: ${JSON.stringify(title)}, target: orders-db, access: { role: r }, rules: [usual] }`,
  })
    .replaceAll('orders-db', target)
    .replace('  usual:', `  ${rule}:`)
    .replace('[usual]', `[${rule}]`)
}

const isSound = (config: string) => readConfig(config, 'x.yml', {}).ok

/** Every word of the config that a card, a form or an answer shows, and how long it may be. */
const FIELDS: readonly (readonly [keyof Lengths, number, string])[] = [
  ['title', 75, 'a'],
  ['title', 75, '&'],
  ['title', 75, '😀'],
  ['entitlement', 64, 'a'],
  ['target', 64, 'a'],
  ['group', 64, 'a'],
  ['rule', 64, 'a'],
  ['purpose', 40, 'a'],
  ['hint', 150, '"'],
]

describe('the approver does not see everything: what is longer than Slack shows is refused, never cut', () => {
  it.each(FIELDS)('a %s of %i × %s is taken, one more is a fault at start', (field, most, letter) => {
    expect(isSound(configWith({}))).toBe(true)
    expect(isSound(configWith({ [field]: long(most, letter) }))).toBe(true)
    expect(isSound(configWith({ [field]: long(most + 1, letter) }))).toBe(false)
  })

  it.each(LETTERS)(
    'with everything at its limit, also 500 × %s to say why, every card and message is taken by Slack, whole',
    async (letter) => {
      const most = { ...Object.fromEntries(FIELDS.map(([field, length, one]) => [field, long(length, one)])) }
      const town = await startTown({ config: configWith({ ...most, title: long(75, '&') }) })
      const reason = long(500, letter)
      const { id, card } = await town.asks(town.ann, `${long(64)} ${reason}`)
      expect(card.plain).toContain(reason)
      expect(card.plain).toContain(long(75, '&'))
      await town.lee.presses('deny', card)
      await town.lee.waitsForModal()
      await town.lee.submits({ reason: long(500, letter) })
      await until(async () => (await town.state(id)) === 'denied')
      await town.ann.types('/breakglass')
      await until(() => town.ann.modal?.plain.includes('What do you need?') ?? false)
      await town.ann.closes()
      for (const line of ['list', 'mine', 'help']) expect(await told(town, line)).toBeDefined()
      await until(() => town.look(async (store) => (await store.dueLanes(Date.now() + 1)).length === 0))
      expect(town.workspace.calls.filter(({ answer }) => answer !== 'ok')).toEqual([])
    },
  )

  it('reason to revoke: 1,000 are shown whole to security, 1,001 are refused', async () => {
    const town = await startTown()
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    await until(async () => (await town.grants()).length === 1)
    for (const whom of [id, '<@U0ANN>', 'all']) {
      await town.sam.types(`/breakglass revoke ${whom} ${long(1_001, '漢')}`)
      await town.sam.waitsFor('at most 1000')
      expect((await town.grants())[0]?.state).toMatch(/granting|active/)
    }
    await town.sam.types(`/breakglass revoke ${id} ${long(1_000, '漢')}`)
    await town.sam.waitsFor(long(1_000, '漢'), { in: town.security })
  })

  it('reason in the form: 500 of any letter are taken, 501 are said at the field', async () => {
    const town = await startTown()
    for (const letter of LETTERS) {
      await town.ann.types('/breakglass orders-read')
      await until(() => town.ann.modal?.plain.includes('What do you need?') ?? false)
      const tooLong = await town.ann.submits({ reason: long(501, letter) })
      expect(tooLong.modal?.errors).toMatchObject({ reason: expect.stringContaining('at most 500') })
      const { modal } = await town.ann.submits({ reason: long(500, letter) })
      expect(modal).toBeUndefined()
      await until(
        async () => (await town.look((store) => store.requests({ states: ['pending'], limit: 9 }))).length === 1,
      )
      const [request] = await town.look((store) => store.requests({ states: ['pending'], limit: 1 }))
      expect(request?.reason).toBe(long(500, letter))
      await town.ann.types(`/breakglass cancel ${request?.id}`)
      await town.ann.waitsFor(`Cancelled ${request?.id}`)
    }
  })

  it('many groups of long names, and a long account, which may have 320 characters: the card is posted all the same', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `${long(60)}${index}`)
    const groups = names.map((name) => `  ${name}: { members: [U0LEE, U0KIM, U0SAM, U0BEN, U0EVE, U0DEE, U0MAX] }`)
    const rule = `{ requesters: [engineers], approvers: [${names.join(', ')}], default_purpose: incident }`
    const accounts = `{ map: { ann@example.com: ${long(320)} } }`
    expect(isSound(configOf({ accounts: accounts.replace('aaa', 'aaaa') }))).toBe(false)
    const town = await startTown({ config: configOf({ groups: groups.join('\n'), rule, accounts }) })
    const { id, card } = await town.asks(town.ann)
    await town.lee.presses('approve', card)
    await until(async () => (await town.state(id)) === 'approved')
  })
})
