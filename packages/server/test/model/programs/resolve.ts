// Which command a call is, in the world as it is when it comes to it.
import type { Notifications } from "@chat/domain/Conversation"
import { CommandId, type ConversationId, MessageId, type UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import { Body, DisplayName, Emoji, Seq, StatusText, Timestamp, Username } from "@chat/domain/Values"
import { randomUUID } from "node:crypto"
import { type Command, type Durable, idOf } from "../commands/Command.ts"
import { contact } from "./contacts.ts"
import { moderation, passwordFor, room } from "./rooms.ts"
import type { Call } from "./Program.ts"
import { newest, withUser } from "./random.ts"
import { openConversations } from "../world/conversations.ts"
import { conversationsIn, headOf, logOf, type World } from "../world/World.ts"
import { peerOf } from "../world/contacts.ts"
import type { OwnFact } from "../world/facts.ts"
import { starsOf } from "../world/positions.ts"
import { isDeleted, isRoom, membersAt } from "../world/rooms.ts"

export interface Context {
  readonly world: World
  readonly users: ReadonlyArray<User>
  readonly issued: ReadonlyArray<Durable>
  /** Keeps the names of one program apart from those of the others on the same database. */
  readonly prefix: string
}

// Negative numbers count from the newest.
export const nth = <A>(items: ReadonlyArray<A>, n: number): A | undefined =>
  n < 0 ? items.at(n) : items[n % items.length]

const directWith = (world: World, user: UserId, other: number): ConversationId | undefined => {
  const peer = nth([...world.users.keys()], other)
  return conversationsIn(world).find((id) => peerOf(logOf(world, id), user) === peer)
}

/** Mostly one that the user is in; sometimes one that they have nothing to do with. */
export const conversationFor = (world: World, user: UserId, where: number): ConversationId | undefined => {
  if (where <= withUser(0)) return directWith(world, user, withUser(0) - where)
  const own = [...openConversations(world, user)]
  const all = conversationsIn(world)
  return where % 7 === 0 || own.length === 0 ? nth(all, where) : nth(own, where)
}

const roomFor = (world: World, user: UserId, where: number): ConversationId | undefined => {
  const outside = conversationsIn(world).filter((id) => {
    const log = logOf(world, id)
    return isRoom(log) && !isDeleted(log) && !membersAt(log).has(user)
  })
  return outside.length === 0 || where % 7 === 0 ? conversationFor(world, user, where) : nth(outside, where)
}

const messageFor = (world: World, conversation: ConversationId, user: UserId, what: number): MessageId | undefined => {
  const posted = logOf(world, conversation).flatMap(({ fact, actor }) =>
    fact.type === "MessagePosted" ? [{ id: fact.id, actor }] : [],
  )
  const own = posted.filter(({ actor }) => actor === user)
  // The newest are changed most, while people look at them.
  const recent = own.slice(-3)
  return nth(what % 9 === 0 || own.length === 0 ? posted : what % 3 === 0 ? own : recent, what)?.id
}

const recentMessage = (world: World, conversation: ConversationId, what: number): MessageId | undefined =>
  nth(
    logOf(world, conversation)
      .flatMap(({ fact }) => (fact.type === "MessagePosted" ? [fact.id] : []))
      .slice(what % 5 === 0 ? 0 : -3),
    what,
  )

const emojis = ["👍", "🎉", "🫠", "7️⃣"] as const
const emojiFor = ({ text }: Call): Emoji => Emoji.make(emojis[text.length % emojis.length] ?? "👍")

const targetOf = ({ conversation, messageId }: OwnFact) => ({ conversation, message: messageId })

const evening = Timestamp.make("2030-01-01T18:00:00.000Z")
const notificationsFor = ({ what, where }: Call): Notifications => ({
  level: nth(["all", "mentions", "none"] as const, what) ?? "all",
  ...(where % 2 === 0 ? { until: evening } : {}),
})

// One of a few, or that of somebody.
const usernameFor = ({ what, where }: Call, { users, prefix }: Context): Username =>
  (where % 2 === 0 ? nth(users, what)?.username : undefined) ?? Username.make(`${prefix}-u${what % 2}`)

// Mostly what others see of somebody: their name, taken away now and then.
const profile = ({ what, where }: Call, actor: UserId, commandId: CommandId): Command => ({
  type: "UpdateProfile",
  actor,
  commandId,
  ...(what % 5 === 4 ? {} : { name: what % 5 === 3 ? null : DisplayName.make(`Name ${what % 5}`) }),
  ...(where % 3 === 0 ? { status: StatusText.make(where % 2 === 0 ? "" : `so ${where % 4}`) } : {}),
})

export const resolve = (call: Call, context: Context): Command => {
  const { world, users, issued } = context
  const actor = nth(users, call.user)?.id
  if (actor === undefined) throw new Error("A program has at least one user")
  const commandId = CommandId.make(randomUUID())
  const body = Body.make(call.text)
  const between = contact(call, context, actor, commandId)
  if (between !== undefined) return between
  switch (call.kind) {
    case "direct": {
      const user = call.what % 23 === 22 ? undefined : nth(users, call.what)?.id
      // Nobody has the id of a command.
      return { type: "OpenDirect", actor, commandId, user: user ?? (commandId as string as UserId) }
    }
    case "room":
      return room(call, context, actor)
    case "repeat":
      return nth(issued, call.what) ?? room(call, context, actor)
    case "profile":
      return profile(call, actor, commandId)
    case "username":
      return { type: "ChangeUsername", actor, commandId, username: usernameFor(call, context) }
    case "join": {
      // Mostly one that they are not in; the newest that they can see, if that is asked.
      const conversation = (call.what === newest ? conversationFor : roomFor)(world, actor, call.where)
      return conversation === undefined
        ? room(call, context, actor)
        : { type: "JoinRoom", actor, commandId, conversation, ...(call.what % 2 === 0 ? passwordFor(call) : {}) }
    }
    default:
  }
  const conversation = conversationFor(world, actor, call.where)
  if (conversation === undefined) return room(call, context, actor)
  const command = moderation(call, { ...context, actor, commandId, conversation })
  if (command !== undefined) return command
  const message = messageFor(world, conversation, actor, call.what) ?? MessageId.make(randomUUID())
  // What people react to is what was said last, by anybody.
  const recent = recentMessage(world, conversation, call.what) ?? message
  switch (call.kind) {
    case "leave":
      return { type: "LeaveRoom", actor, commandId, conversation }
    case "post":
      return { type: "PostMessage", actor, id: MessageId.make(commandId), conversation, body }
    case "edit":
      return { type: "EditMessage", actor, commandId, conversation, message, body }
    case "react":
      return { type: "React", actor, commandId, conversation, message: recent, emoji: emojiFor(call) }
    case "unreact":
      return { type: "Unreact", actor, commandId, conversation, message: recent, emoji: emojiFor(call) }
    case "pin":
      return { type: "PinMessage", actor, commandId, conversation, message: recent }
    case "unpin":
      return { type: "UnpinMessage", actor, commandId, conversation, message: recent }
    case "delete":
      return { type: "DeleteMessage", actor, commandId, conversation, message }
    case "hide":
      return { type: "HideMessage", actor, commandId, conversation, message: recent }
    case "star":
      return { type: "StarMessage", actor, commandId, conversation, message: recent }
    case "unstar": {
      const star = nth(starsOf(world, actor), call.what)?.fact
      const target = star === undefined || call.where % 9 === 0 ? { conversation, message: recent } : targetOf(star)
      return { type: "UnstarMessage", actor, commandId, ...target }
    }
    case "unread":
      return { type: "MarkUnread", actor, conversation, seq: Seq.make(call.what % (headOf(world, conversation) + 2)) }
    case "notify":
      return { type: "SetNotifications", actor, conversation, ...notificationsFor(call) }
    case "read":
      return { type: "MarkRead", actor, conversation, seq: Seq.make(call.what % (headOf(world, conversation) + 2)) }
    case "clash": {
      // Of the same account it is another command, of another one it is a message that there is.
      const posts = issued.filter(({ type }) => type === "PostMessage")
      const other = nth(posts.length === 0 || call.where % 5 === 0 ? issued : posts, call.what)
      const taken = other === undefined ? commandId : idOf(other)
      return other?.actor === actor && other.type === "PostMessage"
        ? { type: "DeleteMessage", actor, commandId: CommandId.make(taken), conversation, message }
        : { type: "PostMessage", actor, id: MessageId.make(taken), conversation, body }
    }
    default:
      throw new Error(`Nobody knows what it is to ${call.kind}`)
  }
}
