// Which command a call is, in the world as it is when it comes to it.
import type { Notifications } from "@chat/domain/Conversation"
import { CommandId, type ConversationId, MessageId, type UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import { Body, DisplayName, Emoji, Seq, StatusText, Timestamp, Username } from "@chat/domain/Values"
import { randomUUID } from "node:crypto"
import { type Command, type Durable, idOf, isPost } from "../commands/Command.ts"
import { contact } from "./contacts.ts"
import { group } from "./groups.ts"
import { invitation } from "./invitations.ts"
import { moderation, passwordFor, room } from "./rooms.ts"
import type { Call } from "./Program.ts"
import { conversationFor, messageFor, nth, recentMessage, roomFor } from "./places.ts"
import { newest } from "./random.ts"
import { notice } from "./notices.ts"
import { talk } from "./talk.ts"
import { conversationsIn, headOf, type World } from "../world/World.ts"
import type { OwnFact } from "../world/facts.ts"
import { starsOf } from "../world/positions.ts"

export interface Context {
  readonly world: World
  readonly users: ReadonlyArray<User>
  readonly issued: ReadonlyArray<Durable>
  /** Keeps the names of one program apart from those of the others on the same database. */
  readonly prefix: string
}

/** Of one or two conversations, also of one where it means nothing. */
const reachedFor = ({ what, where }: Call, world: World, conversation: ConversationId) =>
  [conversation, ...(where % 3 === 0 ? conversationsIn(world).slice(0, 1) : [])].map((id) => ({
    conversation: id,
    seq: Seq.make(Math.abs(what) % (headOf(world, id) + 2)),
  }))

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
  const about =
    group(call, context, actor, commandId) ??
    invitation(call, context, actor, commandId) ??
    notice(call, context, actor, commandId)
  if (about !== undefined) return about
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
    case "receipts":
      return { type: "SetReceipts", actor, commandId, read: call.what % 3 !== 0, delivered: call.what % 5 !== 0 }
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
  const said = talk(call, { ...context, actor, commandId, conversation })
  if (said !== undefined) return said
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
    case "delivered":
      return { type: "Delivered", actor, conversations: reachedFor(call, world, conversation) }
    case "notify":
      return { type: "SetNotifications", actor, conversation, ...notificationsFor(call) }
    case "read":
      return { type: "MarkRead", actor, conversation, seq: Seq.make(call.what % (headOf(world, conversation) + 2)) }
    case "clash": {
      // Of the same account it is another command, of another one it is a message that there is.
      const posts = issued.filter(isPost)
      const other = nth(posts.length === 0 || call.where % 5 === 0 ? issued : posts, call.what)
      const taken = other === undefined ? commandId : idOf(other)
      return other?.actor === actor && isPost(other)
        ? { type: "DeleteMessage", actor, commandId: CommandId.make(taken), conversation, message }
        : { type: "PostMessage", actor, id: MessageId.make(taken), conversation, body }
    }
    default:
      throw new Error(`Nobody knows what it is to ${call.kind}`)
  }
}
