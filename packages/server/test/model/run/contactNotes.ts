// Which rare cases of friends and blocks a step has met.
import type { Answered } from "../commands/Command.ts"
import { contactsOf, peerOf, unseenBy } from "../world/contacts.ts"
import { isGroup } from "../world/groups.ts"
import { isMember, membersAt } from "../world/rooms.ts"
import { type Log, logOf, upTo, type World } from "../world/World.ts"
import type { Rare } from "./Rare.ts"

/** What came of commands, between two worlds. */
export const noteContacts = (then: World, now: World, answered: ReadonlyArray<Answered>, rare: Rare): void => {
  for (const [id, log] of now.logs) {
    const before = logOf(then, id)
    if (isGroup(log)) noteGroup(before, log, rare)
    if (unseenBy(log) !== undefined && before.length === 0) rare.met("conversation that one has not seen")
    if (unseenBy(before) !== undefined && unseenBy(log) === undefined) rare.met("conversation revealed")
    for (const [seq] of upTo(log).slice(before.length)) noteSilence(log, seq, rare)
  }
  for (const { command, answer } of answered) {
    const { type, actor } = command
    if (answer._tag === "Refused") {
      if (answer.error === "FriendsOnly") rare.met("refused by who takes friends only")
      continue
    }
    if (type === "SendFriendRequest") {
      const { user } = command
      const arrived = contactsOf(now, user).received.has(actor)
      if (contactsOf(now, actor).sent.has(user) && !arrived) rare.met("request that does not arrive")
      const isNew = contactsOf(now, actor).friends.has(user) && !contactsOf(then, actor).friends.has(user)
      if (isNew) rare.met("friends by asking each other")
    }
    if (type !== "BlockUser") continue
    const posts = answered.some(
      ({ command: other }) =>
        other.type === "PostMessage" &&
        other.actor === command.user &&
        peerOf(logOf(then, other.conversation), other.actor) === actor,
    )
    if (posts) rare.met("block against posts")
  }
}

const noteSilence = (log: Log, seq: number, rare: Rare): void => {
  const happening = log[seq - 1]
  if (happening === undefined) return
  const { fact, onlyFor } = happening
  if (onlyFor !== undefined && fact.type === "MessagePosted") rare.met("said to nobody")
  if (!("message" in fact)) return
  const changes = upTo(log, seq - 1).filter(
    ([, { fact: other }]) => "message" in other && other.message === fact.message,
  )
  const isSeen = log[fact.message - 1]?.onlyFor === undefined
  if (isSeen && onlyFor !== undefined) rare.met("changed for nobody")
  const wasForOne = changes.some(([, change]) => change.onlyFor !== undefined)
  if (isSeen && onlyFor === undefined && wasForOne) rare.met("changed for both after it was for one")
}

const noteGroup = (before: Log, log: Log, rare: Rare): void => {
  const unseen = (all: Log) => [...membersAt(all).keys()].filter((user) => !isMember(all, user))
  const there = unseen(log)
  if (there.some((user) => !unseen(before).includes(user))) rare.met("group that one has not seen")
  if (unseen(before).some((user) => isMember(log, user))) rare.met("group revealed")
  for (const [seq, { fact }] of upTo(log).slice(before.length)) {
    if (fact.type !== "MemberAdded") continue
    const wasThere = upTo(log, seq - 1).some(([, { fact: old }]) => old.type === "MemberLeft" && old.user === fact.user)
    if (wasThere) rare.met("added to a group again")
  }
}
