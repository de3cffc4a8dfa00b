import { randomBytes } from 'node:crypto'
import { heldIn } from './answers.ts'
import { ApiError, refusedFor } from './api-error.ts'
import { checkView, type ViewDraft } from './blocks/view.ts'
import { completed, withDefaults } from './messages.ts'
import type { Slack } from './slack.ts'
import type { View } from './view.ts'

const STACK_LIMIT = 3
const VIEW_BYTES = 250_000

/** Judges a view as Slack does: what is wrong with it is `invalid_arguments`, with the path. */
export function checkedView(view: unknown, type: 'modal' | 'home'): ViewDraft {
  if (JSON.stringify(view ?? '').length > VIEW_BYTES) throw new ApiError('view_too_large')
  const checked = checkView(view)
  if ('problems' in checked) throw refusedFor('invalid_arguments', checked.problems)
  if (checked.value.type !== type) throw refusedFor('invalid_arguments', ['unsupported type [json-pointer:/view/type]'])
  return withDefaults({ ...checked.value, blocks: checked.value.blocks.map(completed) })
}

/** Opens a modal in front of a person; what was open before is gone. */
export function openView(slack: Slack, user: string, draft: ViewDraft): View {
  const view = newView(slack, user, draft, undefined)
  slack.state.modals.set(user, [view])
  slack.state.changed({ kind: 'view', user })
  return view
}

/** Lays a modal over the one that is open. */
export function pushView(slack: Slack, user: string, draft: ViewDraft): View {
  const stack = slack.state.modals.get(user) ?? []
  const below = stack.at(-1)
  if (!below) throw new ApiError('not_found')
  if (stack.length >= STACK_LIMIT) throw new ApiError('push_limit_reached')
  const view = newView(slack, user, draft, below)
  stack.push(view)
  slack.state.changed({ kind: 'view', user })
  return view
}

/** Redraws a view. What a person chose or typed stays where block and action are still there. */
export function updateView(slack: Slack, view: View, draft: ViewDraft): void {
  checkExternalId(slack, draft.external_id, view)
  view.draft = draft
  view.hash = newHash(slack.now())
  view.errors = {}
  view.values = heldIn(draft.blocks, view.values)
  slack.state.changed({ kind: 'view', user: view.user })
}

/** Closes one view of a person's, which need not be on top any more. */
export function closeView(slack: Slack, view: View): void {
  const stack = slack.state.modals.get(view.user) ?? []
  slack.state.modals.set(
    view.user,
    stack.filter((one) => one !== view),
  )
  slack.state.changed({ kind: 'view', user: view.user })
}

/** Closes all modals of a person. */
export function clearViews(slack: Slack, user: string): void {
  slack.state.modals.delete(user)
  slack.state.changed({ kind: 'view', user })
}

/** Shows a person's Home tab. */
export function publishHome(slack: Slack, user: string, draft: ViewDraft): View {
  const open = slack.state.homes.get(user)
  if (open) {
    updateView(slack, open, draft)
    return open
  }
  const view = newView(slack, user, draft, undefined)
  slack.state.homes.set(user, view)
  slack.state.changed({ kind: 'view', user })
  return view
}

/** Finds a view that is open now. */
export function findView(slack: Slack, matches: (view: View) => boolean): View | undefined {
  for (const stack of slack.state.modals.values()) {
    const found = stack.find(matches)
    if (found) return found
  }
  return [...slack.state.homes.values()].find(matches)
}

function newView(slack: Slack, user: string, draft: ViewDraft, below: View | undefined): View {
  checkExternalId(slack, draft.external_id)
  const id = `V0${randomBytes(5).toString('hex').toUpperCase()}`
  return {
    id,
    user,
    rootId: below?.rootId ?? id,
    previousId: below?.id,
    draft,
    hash: newHash(slack.now()),
    errors: {},
    values: heldIn(draft.blocks, {}),
  }
}

/** An external id belongs to one open view of the workspace. */
function checkExternalId(slack: Slack, externalId: string | undefined, owner?: View): void {
  if (!externalId) return
  const taken = findView(slack, (open) => open !== owner && open.draft.external_id === externalId)
  if (taken) throw new ApiError('duplicate_external_id')
}

function newHash(now: number): string {
  return `${Math.floor(now / 1000)}.${randomBytes(6).toString('base64url')}`
}
