import type { App } from './app.ts'
import type { Member } from './member.ts'
import { type Conversation, currentVersion, type Group, type Message } from './state.ts'
import type { View } from './view.ts'

const seconds = (ms: number) => Math.floor(ms / 1000)

/** A person as `users.info` tells it. Strangers keep their e-mail to themselves. */
export function userObject(member: Member, mayReadEmail: boolean) {
  const email = mayReadEmail && !member.isStranger && member.email !== undefined ? { email: member.email } : {}
  const names = { real_name: member.realName, real_name_normalized: member.realName }
  return {
    id: member.id,
    team_id: member.teamId,
    name: member.name,
    deleted: member.isDeleted,
    real_name: member.realName,
    tz: member.timezone,
    profile: {
      ...names,
      display_name: member.name,
      display_name_normalized: member.name,
      team: member.teamId,
      ...email,
    },
    is_admin: member.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: member.isRestricted,
    is_ultra_restricted: member.isUltraRestricted,
    is_bot: member.isBot,
    is_app_user: false,
    is_email_confirmed: member.isEmailConfirmed,
    updated: seconds(member.updatedAt),
    // Slack says these only when they are true.
    ...(member.isStranger && { is_stranger: true }),
    ...(member.isInvited && { is_invited_user: true }),
  }
}

/** A channel or direct conversation as `conversations.info` tells it to the bot. */
export function conversationObject(conversation: Conversation, app: App) {
  const { id, name, createdAt, members, isPrivate, isShared, isArchived } = conversation
  if (conversation.with !== undefined) {
    return { id, created: seconds(createdAt), is_im: true, is_org_shared: false, user: conversation.with }
  }
  return {
    id,
    name,
    name_normalized: name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: isPrivate,
    created: seconds(createdAt),
    is_archived: isArchived,
    is_general: false,
    is_shared: isShared,
    is_ext_shared: isShared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    shared_team_ids: isShared ? [app.team.id, 'T0ELSEWHERE'] : [app.team.id],
    is_member: members.has(app.botUserId),
    num_members: members.size,
    context_team_id: app.team.id,
  }
}

/** A user group as `usergroups.list` tells it. */
export function groupObject(group: Group, app: App) {
  return {
    id: group.id,
    team_id: app.team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.name,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: 0,
    date_update: seconds(group.updatedAt),
    date_delete: group.isDisabled ? seconds(group.updatedAt) : 0,
    is_idp_group: group.isFromIdp,
    is_membership_locked: group.isMembershipLocked,
    is_editing_restricted: group.isEditingRestricted,
    user_count: group.members.length,
  }
}

/** A message as posting answers it, and as a press shows it. */
export function messageObject(message: Message, app: App) {
  const { text, blocks, attachments } = currentVersion(message)
  const edited = message.versions.length > 1 && message.versions.at(-1)
  return {
    user: message.author,
    type: 'message',
    ts: message.ts,
    ...(message.author === app.botUserId && { bot_id: app.botId, app_id: app.appId }),
    text,
    team: app.team.id,
    ...(message.thread && { thread_ts: message.thread.ts, parent_user_id: message.thread.author }),
    ...(edited && { edited: { user: message.author, ts: `${seconds(edited.at)}.000000` } }),
    ...(blocks.length > 0 && { blocks }),
    ...(attachments.length > 0 && { attachments }),
  }
}

/** A view as `views.open` answers it, and as a submission shows it. */
export function viewObject(view: View, app: App) {
  const { type, blocks, private_metadata, callback_id, external_id, ...rest } = view.draft
  return {
    id: view.id,
    team_id: app.team.id,
    type,
    blocks,
    private_metadata: private_metadata ?? '',
    callback_id: callback_id ?? '',
    external_id: external_id ?? '',
    state: { values: view.values },
    hash: view.hash,
    clear_on_close: false,
    notify_on_close: false,
    submit: null,
    close: null,
    ...rest,
    previous_view_id: view.previousId ?? null,
    root_view_id: view.rootId,
    app_id: app.appId,
    app_installed_team_id: app.team.id,
    bot_id: app.botId,
  }
}
