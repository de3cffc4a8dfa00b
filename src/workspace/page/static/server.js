import { announce } from './dom.js'

const key = new URLSearchParams(location.search).get('key') ?? ''

const AWAY = 'The demo does not answer. Is it still running?'
const OTHER_DEMO = 'This page was of another demo: open the address that is printed now.'

/** Tells the server what was done; what Slack itself says of it is announced. */
export async function does(path, asked) {
  try {
    const response = await fetch(`/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-demo-key': key },
      body: JSON.stringify(asked),
    })
    const answer = await response.json()
    if (answer.error) announce(wordsOf(answer.error), true)
    return answer
  } catch {
    announce(AWAY, true)
    return { error: 'gone' }
  }
}

function wordsOf(error) {
  if (error === 'operation_timeout')
    return 'Slack: breakglass did not answer in time (operation_timeout). Is the bot running?'
  if (error === 'dispatch_failed')
    return 'Slack: breakglass could not be reached (dispatch_failed). Is the bot running?'
  return error
}

/** Calls `show` with everything, now and after each change. */
export function watch(show) {
  const events = new EventSource(`/events?key=${encodeURIComponent(key)}`)
  events.onmessage = ({ data }) => show(JSON.parse(data))
  events.onopen = () => announce('') // it is back, if it was away
  events.onerror = () => announce(events.readyState === EventSource.CLOSED ? OTHER_DEMO : AWAY, true)
}
