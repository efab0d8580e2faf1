/** How the events of its log change what an account is invited to. */
import type { LogEvent } from "../Event.ts"
import type { ConversationId } from "../Ids.ts"
import type { Invitation } from "../Invite.ts"

/** The next event of the log. */
export const changeInvitations = (
  invitations: ReadonlyArray<Invitation>,
  event: LogEvent,
): ReadonlyArray<Invitation> => {
  switch (event.type) {
    case "InvitationReceived":
      return inOrder([...without(invitations, event.data.conversation), { ...event.data, at: event.at }])
    case "InvitationEnded":
      return without(invitations, event.data.conversation)
    case "Blocked":
      return invitations.filter(({ by }) => by.id !== event.data.user.id)
    default:
      return invitations
  }
}

const without = (invitations: ReadonlyArray<Invitation>, id: ConversationId) =>
  invitations.filter(({ conversation }) => conversation !== id)

const inOrder = (invitations: ReadonlyArray<Invitation>) =>
  invitations.toSorted((a, b) => {
    const [left, right] = a.at === b.at ? [a.conversation, b.conversation] : [a.at, b.at]
    return left < right ? -1 : 1
  })
