import type { Refusal } from './result.ts'

/** Slack’s clear word that somebody is no full member any more. A failed look-up says nothing, nor does a changed e-mail. */
const LEFT: ReadonlySet<string> = new Set([
  'deactivated',
  'guest',
  'other-workspace',
  'invited-only',
  'bot',
  'unknown-person',
])

/** Whether a look-up was refused because somebody has left: what he asked for and what he holds goes. */
export function hasLeft({ code }: Refusal): boolean {
  return LEFT.has(code)
}
