// Which rare cases of notices a step has met.
import { NoticeId } from "@chat/domain/Ids"
import type { Answered } from "../commands/Command.ts"
import { isInForce } from "../world/notices.ts"
import type { World } from "../world/World.ts"
import type { Rare } from "./Rare.ts"

/** What came of commands, in the world before them. */
export const noteNotices = (world: World, answered: ReadonlyArray<Answered>, rare: Rare): void => {
  for (const { command, answer } of answered) {
    const isRefused = answer._tag === "Refused"
    if (command.type === "BroadcastNotice") {
      if (isRefused && answer.error === "TooLarge") rare.met("more to tell everybody than there may be")
      const known = world.notices.get(NoticeId.make(command.commandId))
      if (!isRefused && known?.ended === true) rare.met("repeat of a notice that was withdrawn")
    }
    if (command.type !== "BroadcastNotice" && command.type !== "WithdrawNotice") continue
    if (isRefused && answer.error === "NotPermitted") rare.met("notice of who looks after nothing")
    if (command.type === "WithdrawNotice" && !isRefused && !isInForce(world, command.notice)) {
      rare.met("notice withdrawn again")
    }
  }
}
