import { describe, expect, it } from 'vitest'
import { hasBrowser, useDemo } from './browser.ts'

describe.skipIf(!hasBrowser())('whatever fails', { timeout: 60_000 }, () => {
  const reads = useDemo()

  it('ends access on time although the bot was killed, and started again only later', async () => {
    const reader = await reads()
    await reader.types('ann', '/breakglass orders-read 7s INC-44 killed meanwhile')
    await reader
      .card('lee', 'INC-44')
      .getByRole('button', { name: /^Approve R-/ })
      .click()
    await reader.queriesUntil('rows')
    await reader.chooses('Bot:', 'kill -9')
    await reader.timeIsUp()
    expect(await reader.queries()).toBe('rows') // nobody is there to take it away
    await reader.chooses('Bot:', 'start it again')
    await reader.queriesUntil('refused')
    await reader.page.locator('#tools summary', { hasText: 'Bot: running' }).waitFor() // Slack has it back, too
    await reader.page.close()
  })

  it.each(['down', 'lying'])('ends access as soon as a target that was %s is itself again', async (fault) => {
    const reader = await reads()
    await reader.types('ann', `/breakglass orders-read 3s INC-45 target ${fault}`)
    await reader
      .card('lee', `target ${fault}`)
      .getByRole('button', { name: /^Approve R-/ })
      .click()
    await reader.queriesUntil('rows')
    await reader.chooses('Target:', fault)
    await reader.isTakenAway()
    expect(await reader.queries()).toBe('rows')
    await reader.chooses('Target:', 'fine')
    await reader.queriesUntil('refused')
    await reader.page.close()
  })

  it.each(['slow', 'rate-limited', 'down'])('ends access on time while Slack is %s', async (fault) => {
    const reader = await reads()
    await reader.types('ann', `/breakglass orders-read 4s INC-46 Slack ${fault}`)
    const card = reader.card('lee', `Slack ${fault}`)
    await card.getByRole('button', { name: /^Approve R-/ }).click()
    await reader.queriesUntil('rows')
    await reader.chooses('Slack:', fault)
    await reader.queriesUntil('refused')
    await reader.chooses('Slack:', 'fine')
    await card.getByText('Ended').waitFor({ timeout: 30_000 })
    await reader.page.close()
  })
})
