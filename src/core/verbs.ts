/** What the slash command can do. A verb's name is never an entitlement. */
export const VERBS = [
  ...['list', 'mine', 'help'],
  ...['cancel', 'end', 'extend', 'revoke'],
  ...['nudge', 'emergency', 'pause', 'resume', 'unfreeze'],
] as const
