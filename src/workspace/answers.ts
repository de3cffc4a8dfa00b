import type { Block } from './blocks/kinds.ts'
import { initialAnswer, isStateful, type Pressable, pressables } from './pressable.ts'
import type { Values } from './view.ts'

/** What every menu, box and field in blocks holds: what a person chose or typed, or else what it began with. */
export function heldIn(blocks: readonly Block[], answers: Values): Values {
  const held: Values = {}
  for (const { blockId, actionId, element } of pressables(blocks)) {
    if (!isStateful(element)) continue
    const given = answers[blockId]?.[actionId]
    const isKept = given?.type === element.type
    held[blockId] = {
      ...held[blockId],
      [actionId]: isKept ? given : { type: element.type, ...initialAnswer(element) },
    }
  }
  return held
}

/** The answers after one more. */
export function withAnswer(answers: Values, { blockId, actionId, element }: Pressable, answer: object): Values {
  return { ...answers, [blockId]: { ...answers[blockId], [actionId]: { type: element.type, ...answer } } }
}
