import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { auditOf, untilTrue } from '../support/morning.ts'
import { type Night, useNights } from '../support/night.ts'

const REFUSED = 'permission denied for table orders'
const nights = useNights()

/** A night in which Kim is one of the security people, too. */
async function begin(): Promise<Night> {
  const night = await nights({ start: false })
  const config = await readFile(night.configPath, 'utf8')
  await writeFile(
    night.configPath,
    config.replace('secteam: { members: [U0SAM] }', 'secteam: { members: [U0SAM, U0KIM] }'),
  )
  await night.startsBot()
  return night
}

async function asks({ ann, lee, requests }: Night, reason = 'INC-42 replica lag') {
  await ann.types(`/breakglass orders-read 15m ${reason}`)
  return lee.waitsFor(reason, { in: requests })
}

it('somebody is in our Slack: paused, all is taken away, a restart ends nothing, two resume, and work goes on', async () => {
  const night = await begin()
  const { ann, ben, lee, kim, sam, requests, security, reads, folder } = night
  await lee.presses('approve', await asks(night, 'INC-41 before it'))
  await ann.waitsFor('You have Read the orders database')

  await ben.types('/breakglass pause I want to see what happens')
  await ben.waitsFor('Only the security people can do that')
  await sam.types('/breakglass pause')
  await sam.waitsFor('Say why, too: /breakglass pause REASON')
  await sam.types('/breakglass pause somebody is in our Slack')
  await sam.waitsFor('Paused: no access is given until two of the security people resume')
  await sam.waitsFor('somebody is in our Slack', { in: security })
  expect(await reads('ann')).toBe('a lamp')
  await sam.types('/breakglass revoke all somebody is in our Slack')
  await ann.waitsFor('Your access has ended')
  expect(await reads('ann')).toBe(REFUSED)

  const card = await asks(night)
  await ann.waitsFor('But it has to wait: No access is given just now: paused by sam')
  await lee.presses('approve', card)
  await lee.waitsFor(/No access is given just now: paused by sam .*“somebody is in our Slack”/, { in: requests })
  await night.stopsBot()
  await night.startsBot()
  await lee.presses('approve', card)
  await untilTrue(async () => (await auditOf(folder)).filter((name) => name === 'approval.refused').length >= 1)

  await sam.types('/breakglass resume it was a drill')
  await sam.waitsFor('1 of 2: another of the security people must agree')
  await sam.waitsFor('1 of 2 agree to resume', { in: security })
  await sam.types('/breakglass resume it was a drill, I said')
  await sam.waitsFor('You agreed to resume already')
  expect(await reads('ann')).toBe(REFUSED)
  await kim.types('/breakglass resume seen it, too')
  await kim.waitsFor('Resumed: access can be given again')
  await sam.waitsFor('agreed by @sam, @kim', { in: security })
  await lee.presses(
    'approve',
    await lee.waitsFor(({ plain, buttons }) => buttons.length > 0 && plain.includes('INC-42'), { in: requests }),
  )
  await untilTrue(async () => (await reads('ann')) === 'a lamp')
})

it('Ann is deactivated at night: what she asked for and what she holds goes; Ben, of whom the bot is not told, at its start', async () => {
  const night = await begin()
  const { ann, ben, lee, sam, requests, security, reads, workspace, stopsBot, startsBot } = night
  await lee.presses('approve', await asks(night))
  await ann.waitsFor('You have Read the orders database')
  const id = /R-\w{6}/.exec((await ann.waitsFor('You have Read the orders database')).plain)?.[0] ?? ''
  await ann.types(`/breakglass extend ${id} 20m INC-42 still not mended`)
  await lee.waitsFor('still not mended', { in: requests })
  await ben.types('/breakglass orders-read 15m INC-43 locks')
  await lee.presses('approve', await lee.waitsFor('INC-43 locks', { in: requests }))
  await ben.waitsFor('You have Read the orders database')

  await workspace.admin.deactivates(ann)
  await untilTrue(async () => (await reads('ann')) === REFUSED)
  await lee.waitsFor(/The person has left|left/, { in: requests })
  await sam.waitsFor('leaver', { in: security })
  await untilTrue(() =>
    lee.sees(requests).every(({ buttons, plain }) => buttons.length === 0 || !plain.includes('not mended')),
  )
  expect(await reads('ben')).toBe('a lamp')

  await stopsBot()
  await workspace.admin.deactivates(ben) // and the bot is never told
  await startsBot()
  await untilTrue(async () => (await reads('ben')) === REFUSED)
})

it('Ann’s address changes while she waits: nothing is given, security is called, asks her, and lifts it', async () => {
  const night = await begin()
  const { ann, lee, kim, sam, requests, security, reads, workspace } = night
  const card = await asks(night)
  await workspace.admin.changesEmail(ann, 'ben@example.com')
  await sam.waitsFor(/ann \(U0ANN\) was ann@example\.com/, { in: security })
  await lee.presses('approve', card)
  await lee.waitsFor('e-mail address has changed since he asked', { in: requests })
  await ann.types('/breakglass orders-read 15m INC-43 as somebody else')
  await ann.waitsFor('another one than I know you by')
  expect([await reads('ann'), await reads('ben')]).toEqual([REFUSED, REFUSED])

  await workspace.admin.changesEmail(ann, 'ann@example.com')
  await ann.types('/breakglass orders-read 15m INC-44 I am back')
  await ann.waitsFor('You cannot be given access just now')
  await ann.types('/breakglass unfreeze @ann it is me')
  await ann.waitsFor('Only the security people can do that')
  await kim.types('/breakglass unfreeze @ann I called her, a slip of the directory')
  await kim.waitsFor('ann@example.com can be given access again.')
  await sam.waitsFor('person unfrozen', { in: security })
  await lee.presses(
    'approve',
    await lee.waitsFor(({ plain, buttons }) => buttons.length > 0 && plain.includes('INC-42'), { in: requests }),
  )
  await ann.waitsFor('You have Read the orders database')
})
