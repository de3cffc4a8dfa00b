import type { ViewDraft } from './blocks/view.ts'

/** The answers in a view, by block and action, as Slack writes them. */
export type Values = Record<string, Record<string, Record<string, unknown>>>

/** A modal or Home view that a person has open. */
export interface View {
  readonly id: string
  readonly user: string
  readonly rootId: string
  readonly previousId: string | undefined
  draft: ViewDraft
  hash: string
  /** Field errors of the last submission, by block. */
  errors: Readonly<Record<string, string>>
  /** What every menu, box and field in it holds. */
  values: Values
}
