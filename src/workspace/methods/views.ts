import { ApiError } from '../api-error.ts'
import type { Arguments } from '../arguments.ts'
import type { Slack } from '../slack.ts'
import { viewObject } from '../slack-objects.ts'
import type { View } from '../view.ts'
import { checkedView, findView, openView, publishHome, pushView, updateView } from '../views.ts'
import type { Method } from './method.ts'

const answer = (slack: Slack, view: View) => ({ view: viewObject(view, slack.app) })

// The view is judged first: a bad one does not cost the trigger.
const open: Method = {
  run(slack, args) {
    const draft = checkedView(args.structured('view'), 'modal')
    return answer(slack, openView(slack, slack.triggers.exchange(args.required('trigger_id')), draft))
  },
}

const push: Method = {
  run(slack, args) {
    const draft = checkedView(args.structured('view'), 'modal')
    return answer(slack, pushView(slack, slack.triggers.exchange(args.required('trigger_id')), draft))
  },
}

const update: Method = {
  run(slack, args) {
    const view = named(slack, args)
    const draft = checkedView(args.structured('view'), view.draft.type)
    checkHash(view, args)
    updateView(slack, view, draft)
    return answer(slack, view)
  },
}

const publish: Method = {
  run(slack, args) {
    if (!slack.app.manifest.hasHome) throw new ApiError('not_enabled')
    const user = args.required('user_id')
    if (!slack.state.members.has(user)) throw new ApiError('user_not_found')
    const draft = checkedView(args.structured('view'), 'home')
    const shown = slack.state.homes.get(user)
    if (shown) checkHash(shown, args)
    return answer(slack, publishHome(slack, user, draft))
  },
}

/** Methods about modals and Home. */
export const views: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
}

function named(slack: Slack, args: Arguments): View {
  const externalId = args.text('external_id')
  const id = externalId === undefined ? args.required('view_id') : undefined
  const view = findView(slack, (one) => (id === undefined ? one.draft.external_id === externalId : one.id === id))
  if (!view) throw new ApiError('not_found')
  return view
}

/** A hash, if given, must be that of the view as it is now. */
function checkHash(view: View, args: Arguments): void {
  const hash = args.text('hash')
  if (hash !== undefined && hash !== view.hash) throw new ApiError('hash_conflict')
}
