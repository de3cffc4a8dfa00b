import type { WebClient } from '@slack/web-api'
import type { SlackId } from '../core/ids.ts'
import { failureOf } from './slack-error.ts'

/** Slack's ways to say that this person can be sent nothing. */
const NO_WAY = /^(user_(disabled|not_found|not_visible)|users_not_found|cannot_dm_bot|messages_tab_disabled)$/

/**
 * Opens the direct conversation with somebody, which he does not notice: whether he can be sent a message.
 * @throws what Slack answered, where that is not clear
 */
export async function reaches(client: WebClient, id: SlackId): Promise<boolean> {
  try {
    await client.conversations.open({ users: id })
    return true
  } catch (error) {
    const failure = failureOf(error)
    if ('code' in failure && NO_WAY.test(failure.code)) return false
    throw error
  }
}
