// Which rare cases of threads, mentions and forwarded messages a step has met.
import type { Answered } from "../commands/Command.ts"
import { draftsIn } from "../world/drafts.ts"
import { mentionsBefore } from "../world/messages.ts"
import { type Log, logOf, upTo, type World } from "../world/World.ts"
import type { Rare } from "./Rare.ts"

/** What came of commands, between two worlds. */
export const noteTalk = (then: World, now: World, answered: ReadonlyArray<Answered>, rare: Rare): void => {
  for (const [id, log] of now.logs) {
    for (const [seq] of upTo(log).slice(logOf(then, id).length)) noteEvent(log, seq, rare)
  }
  for (const { command, answer } of answered) {
    if (answer._tag === "Receipt" && (command.type === "LeaveRoom" || command.type === "LeaveGroup")) {
      if (draftsIn(then, command.conversation, command.actor).length > 0) rare.met("draft gone with its author")
    }
    const isMissing = answer._tag === "Refused" && answer.error === "MessageNotFound"
    if (command.type === "ForwardMessage" && isMissing) rare.met("forward of what one cannot see")
    if (command.type === "PostMessage" && isMissing) rare.met("answer to what one cannot see")
  }
}

const noteEvent = (log: Log, seq: number, rare: Rare): void => {
  const happening = log[seq - 1]
  if (happening === undefined) return
  const { fact, onlyFor } = happening
  if (fact.type === "ThreadChanged") rare.met("deleted from a thread")
  if (fact.type === "MessagePosted") {
    if (fact.thread !== undefined && fact.mentions !== null) rare.met("mention in a thread")
    if (fact.thread !== undefined && onlyFor !== undefined) rare.met("said to nobody in a thread")
    if (fact.mentions !== null && fact.mentions.room !== null) rare.met("everybody mentioned")
  }
  if (fact.type !== "MessageEdited" && fact.type !== "MessageDeleted") return
  const mentions = fact.type === "MessageEdited" ? fact.mentions : null
  if (mentionsBefore(log, fact.message, seq) !== null && mentions === null) rare.met("mention taken back")
}
