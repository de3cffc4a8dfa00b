import { afterAll, expect, it } from 'vitest'
import { BREAKS } from './breaks.ts'
import { tidy } from './real.ts'
import { tellStories } from './stories.ts'

afterAll(tidy)

it('comes to what the model says in forty random stories; `npm run model` tells thousands', async () => {
  const { stories, counterexample } = await tellStories({ sequences: 40, seed: 20_261_122 })
  expect(counterexample).toBeUndefined()
  expect(stories).toBe(40)
})

it('would not, if the pause were forgotten', async () => {
  const sabotage = BREAKS['the-pause-is-forgotten']
  const { counterexample } = await tellStories({ sequences: 200, seed: 20_261_122, sabotage })
  expect(counterexample).toContain('pause(')
})
