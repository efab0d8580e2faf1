// Which rare cases of what people do for themselves a step has met.
import type { Answered } from "../commands/Command.ts"
import { hiddenAt, positionAt, starsOf } from "../world/positions.ts"
import { receiptsOf } from "../world/marks.ts"
import type { World } from "../world/World.ts"
import type { Rare } from "./Rare.ts"

/** What came of commands, in the world before them. */
export const noteOwn = (world: World, answered: ReadonlyArray<Answered>, rare: Rare): void => {
  for (const { command, answer } of answered) {
    if (answer._tag === "Refused") continue
    const { type, actor } = command
    if (type === "MarkRead" && command.thread === undefined && !receiptsOf(world, actor).read) {
      rare.met("read and not told")
    }
    if (type === "SetNotifications") rare.met("notifications changed")
    if (type === "MarkUnread" && positionAt(world, command.conversation, actor).seq >= command.seq) {
      rare.met("read, and unread again")
    }
    if (type !== "HideMessage" && type !== "DeleteMessage") continue
    const { conversation, message } = command
    const isStarred = [...world.users.keys()].some((user) =>
      starsOf(world, user).some(({ fact }) => fact.messageId === message),
    )
    if (isStarred) rare.met("put aside, and then gone")
    if (type !== "HideMessage") continue
    const log = world.logs.get(conversation) ?? []
    const seq = log.findIndex(({ fact }) => fact.type === "MessagePosted" && fact.id === message) + 1
    const isNew = !hiddenAt(world, conversation, actor).has(seq) && log[seq - 1]?.actor !== actor
    if (isNew && seq > positionAt(world, conversation, actor).seq) rare.met("hidden while unread")
  }
}
