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
