import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { formatDuration } from 'date-fns/formatDuration'

/** A length as people say it: `1 hour 30 minutes`. Fractions of a second are dropped. */
export function durationInWords(ms: number): string {
  const seconds = Math.trunc(ms / 1_000)
  return formatDuration({
    days: Math.trunc(seconds / 86_400),
    hours: Math.trunc(seconds / 3_600) % 24,
    minutes: Math.trunc(seconds / 60) % 60,
    seconds: seconds % 60,
  })
}

/** What is left until an instant, never more than there is: `3 minutes`. */
export function timeLeft(until: number, now: number): string {
  return formatDistanceStrict(until, Math.min(now, until), { roundingMethod: 'floor' })
}
