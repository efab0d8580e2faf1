// Which rare cases of invitations and links a step has met.
import type { Answered } from "../commands/Command.ts"
import { invitationOf, linksInto } from "../world/invitations.ts"
import { roomAt } from "../world/rooms.ts"
import { logOf, type World } from "../world/World.ts"
import type { Rare } from "./Rare.ts"

/** What came of commands, between two worlds. */
export const noteEntries = (then: World, now: World, answered: ReadonlyArray<Answered>, rare: Rare): void => {
  for (const [key, { received }] of now.invitations) {
    if (received === undefined && !then.invitations.has(key)) rare.met("invitation that does not arrive")
    const before = then.invitations.get(key)
    if (before !== undefined && before.received === undefined && received !== undefined) {
      rare.met("invitation that arrives later")
    }
  }
  for (const { command, answer } of answered) {
    if (answer._tag === "Refused") {
      if (answer.error === "InviteInvalid") rare.met("link or invitation that lets nobody in")
      if (answer.error === "AlreadyMember") rare.met("member invited")
      continue
    }
    const { type, actor } = command
    if (type === "RevokeInvitation" && invitationOf(then, command.conversation, command.user)) {
      rare.met("invitation revoked")
    }
    if (type === "DeclineInvitation" && invitationOf(then, command.conversation, actor)) rare.met("invitation declined")
    if (type === "RevokeInviteLink" && linksInto(logOf(then, command.conversation)).length > 0) rare.met("link revoked")
    if (type !== "JoinRoom") continue
    const isShut = roomAt(logOf(then, command.conversation))?.settings.access !== "public"
    if (isShut && invitationOf(then, command.conversation, actor)) rare.met("came in by invitation")
    if (isShut && command.link !== undefined) rare.met("came in by a link")
  }
}
