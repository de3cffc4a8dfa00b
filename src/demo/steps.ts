/** What really happened, in the order of the guided strip. */
export interface Progress {
  refusedBefore: boolean
  asked: boolean
  approved: boolean
  read: boolean
  refusedAgain: boolean
}

export const STEPS: readonly { readonly done: keyof Progress; readonly words: string }[] = [
  { done: 'refusedBefore', words: 'Run Ann’s query: the database refuses her.' },
  { done: 'asked', words: 'As Ann, send the command that stands in her line.' },
  { done: 'approved', words: 'As Lee, press Approve on the card in #requests.' },
  { done: 'read', words: 'Run the query again: rows. Watch her time run.' },
  { done: 'refusedAgain', words: 'When it is over, run it again: refused.' },
]

/** What else there is to try; `type` is what to type as that person. */
export const IDEAS: readonly { readonly who: string; readonly type?: string; readonly does: string }[] = [
  {
    who: 'Ann, engineer',
    type: '/breakglass orders-repair INC-47 wrong totals',
    does: 'needs a lead and somebody of security. Half a minute later they are reminded, after a minute Ben is told.',
  },
  {
    who: 'Ann, engineer',
    type: '/breakglass emergency orders-read INC-47 nobody answers and orders are lost',
    does: 'breaks the glass: read what the form says, type the name in full. Then look at #security, and at the card.',
  },
  { who: 'Ann, engineer', type: '/breakglass nudge R-…', does: 'has those who were asked reminded.' },
  { who: 'Ann, engineer', does: 'Press Home, the tab above her screen: what she has, and what waits.' },
  { who: 'Ann, engineer', does: 'In the menu of Ben’s message in #requests, choose “Ask for emergency access”.' },
  { who: 'Lee, approver', does: 'Press “Approve shorter…”, or “Looks wrong”, instead of Approve.' },
  { who: 'Lee, approver', does: 'Press “That was not me” on the message that comes after an approval.' },
  {
    who: 'Sam, security',
    type: '/breakglass pause a drill',
    does: 'stops all new access. Two must resume, and here is only one: kill the bot, and see that it stays paused.',
  },
  { who: 'Sam, security', type: '/breakglass revoke all a drill', does: 'takes everything away at once.' },
  { who: 'Sam, security', type: '/breakglass unfreeze @ann it was a drill', does: 'after something looked wrong.' },
  { who: 'Sam, security', does: 'Press Review on a card of broken glass, when the access is over.' },
]
