/** How somebody in view is seen, in words after their name. */
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { State } from "@chat/domain/state/State"
import { presenceOf, typists } from "@chat/domain/state/view"

const words = { online: " (there)", away: " (away)", dnd: " (do not disturb)", offline: "" }

/** Nothing of who is not there, or of whom nothing is known. */
export const presenceText = (state: State, conversation: ConversationId, user: UserId): string =>
  typists(state, conversation).some((typist) => typist.user.id === user) ? " (writing)" : words[presenceOf(state, user)]
