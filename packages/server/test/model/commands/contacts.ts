// Friends, requests and blocks. Whoever is blocked cannot tell it from silence.
import { isDeepStrictEqual } from "node:util"
import type { UserId } from "@chat/domain/Ids"
import { contactsOf } from "../world/contacts.ts"
import { moveAgain, standStill } from "../world/marks.ts"
import { setInvitation } from "../world/invitations.ts"
import { append, type World } from "../world/World.ts"
import type { Answer, Of } from "./Command.ts"
import { happen, type Outcome, unchanged } from "./outcome.ts"

type AboutUser = Of<
  | "SendFriendRequest"
  | "CancelFriendRequest"
  | "AcceptFriendRequest"
  | "DeclineFriendRequest"
  | "RemoveFriend"
  | "BlockUser"
  | "UnblockUser"
>

export const aboutUser = (world: World, command: AboutUser, answer: Answer): Outcome => {
  const { actor, user, type } = command
  if (!world.users.has(user)) return { refused: "UserNotFound" }
  const own = contactsOf(world, actor)
  switch (type) {
    case "SendFriendRequest":
      return ask(world, command, answer)
    case "AcceptFriendRequest":
      if (own.friends.has(user)) return unchanged(world, command, actor)
      return own.received.has(user) ? befriend(world, command, answer) : { refused: "FriendRequestNotFound" }
    case "CancelFriendRequest":
    case "DeclineFriendRequest":
      return end(world, command, answer)
    case "RemoveFriend": {
      if (!own.friends.has(user)) return unchanged(world, command, actor)
      const told = append(world, user, actor, { type: "FriendRemoved", user: actor })
      return happen(told, command, actor, { type: "FriendRemoved", user }, answer)
    }
    case "BlockUser":
      if (own.blocks.has(user)) return unchanged(world, command, actor)
      return happen(silenced(world, actor, user), command, actor, { type: "Blocked", user }, answer)
    case "UnblockUser":
      if (!own.blocks.has(user)) return unchanged(world, command, actor)
      return happen(moveAgain(world, actor, user), command, actor, { type: "Unblocked", user }, answer)
  }
}

/** What they have invited to is known no more, and they are told no more how far one has got. */
const silenced = (world: World, actor: UserId, user: UserId): World =>
  [...world.invitations.values()]
    .filter((invited) => invited.user === actor && invited.received === user)
    .reduce(
      (after, invited) => setInvitation(after, { ...invited, received: undefined }),
      standStill(world, actor, user),
    )

const received = (world: World, actor: UserId, user: UserId): World =>
  append(world, user, actor, { type: "FriendRequestReceived", user: actor })

const ask = (world: World, command: Of<"SendFriendRequest">, answer: Answer): Outcome => {
  const { actor, user } = command
  const [own, theirs] = [contactsOf(world, actor), contactsOf(world, user)]
  if (world.departed.has(user)) return { refused: "UserNotFound" }
  if (own.blocks.has(user)) return { refused: "UserBlocked" }
  if (own.friends.has(user)) return unchanged(world, command, actor)
  if (theirs.sent.has(actor)) return befriend(world, command, answer)
  const arrives = !theirs.blocks.has(actor) && !theirs.received.has(actor)
  if (own.sent.has(user)) return unchanged(arrives ? received(world, actor, user) : world, command, actor)
  const { world: asked, done } = happen(world, command, actor, { type: "FriendRequestSent", user }, answer)
  return { done, world: arrives ? received(asked, actor, user) : asked }
}

const befriend = (world: World, command: Of<"SendFriendRequest" | "AcceptFriendRequest">, answer: Answer): Outcome => {
  const { actor, user } = command
  const ended = { type: "FriendRequestEnded", outcome: "accepted" } as const
  const wasSeen = contactsOf(world, actor).received.has(user)
  const theirs = append(world, user, actor, { ...ended, user: actor, direction: "sent" })
  const both = wasSeen ? append(theirs, actor, actor, { ...ended, user, direction: "received" }) : theirs
  const added = append(both, user, actor, { type: "FriendAdded", user: actor })
  return happen(added, command, actor, { type: "FriendAdded", user }, answer)
}

const end = (world: World, command: Of<"CancelFriendRequest" | "DeclineFriendRequest">, answer: Answer): Outcome => {
  const { actor, user } = command
  const [own, theirs] = [contactsOf(world, actor), contactsOf(world, user)]
  const isCancelled = command.type === "CancelFriendRequest"
  if (!(isCancelled ? own.sent : own.received).has(user)) return unchanged(world, command, actor)
  const ended = { type: "FriendRequestEnded", outcome: isCancelled ? "cancelled" : "declined" } as const
  // What never arrived ends without a word.
  const isTold = !isCancelled || theirs.received.has(actor)
  const direction = isCancelled ? "received" : "sent"
  const told = isTold ? append(world, user, actor, { ...ended, user: actor, direction }) : world
  return happen(told, command, actor, { ...ended, user, direction: isCancelled ? "sent" : "received" }, answer)
}

export const setPreferences = (world: World, command: Of<"SetPreferences">, answer: Answer): Outcome => {
  const { actor, whoMayWrite } = command
  const before = contactsOf(world, actor).preferences
  const preferences = { ...before, ...(whoMayWrite === undefined ? {} : { whoMayWrite }) }
  if (isDeepStrictEqual(before, preferences)) return unchanged(world, command, actor)
  return happen(world, command, actor, { type: "PreferencesChanged", preferences }, answer)
}
