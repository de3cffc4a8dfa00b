/** A link stands on cards and in `private_metadata`, so it stays short. */
const MOST_LINK = 500

/** Nothing that could end a link in Slack's markup, or a line. On the bot's own machine stands the embedded workspace. */
const LINK =
  /^(?:https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)\/[\w/.~%?=&+-]*$/

/** The address of a message in Slack, as Slack gives it; `undefined` for anything else. */
export function readLink(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MOST_LINK && LINK.test(text) ? text : undefined
}
