/** From what somebody typed to the conversation that is meant. */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Room } from "@chat/domain/Conversation"
import type { ConversationId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import type { RoomName, Username } from "@chat/domain/Values"
import { Misuse, Unresolved } from "../failure/failures.ts"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { labelOfConversation } from "../live/label.ts"
import { formatTarget, isSameRoom, parseTarget, type Target } from "./Target.ts"

/** A conversation with the name that it goes by here, such as `@ann` or `#general`. */
export interface Resolved {
  readonly id: ConversationId
  readonly label: string
}

type NamedRoom = Pick<Room, "id" | "name">

/** A target as an argument of a command. */
export const targetArgument = Argument.String("target").pipe(
  Argument.withMetavar("TARGET"),
  Argument.withDescription(
    "@user, @user,@user for a group, or '#room', or the name alone (quote the #: to most shells it begins a comment)",
  ),
)

/** A room as an argument. */
export const roomArgument = Argument.String("room").pipe(
  Argument.withMetavar("ROOM"),
  Argument.withDescription("The name of a room, such as general"),
)

export const readTarget = (text: string): Effect.Effect<Target, Misuse> =>
  Effect.fromResult(Result.mapError(parseTarget(text), (detail) => new Misuse({ detail })))

const findUser = Effect.fnUntraced(function* (username: Username) {
  const { rpc } = yield* ChatHttp
  return yield* rpc("GetUser", { username }).pipe(
    Effect.asSome,
    Effect.catchTag("UserNotFound", () => Effect.succeedNone),
  )
})

/** A room among one's own, which may be private. */
const findOwnRoom = Effect.fnUntraced(function* (name: RoomName) {
  const { rpc } = yield* ChatHttp
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListConversations", { limit: 100, ...(after === undefined ? {} : { after }) })
    for (const { id, name: own } of page.conversations) {
      if (own !== null && isSameRoom(own, name)) return Option.some({ id, name: own })
    }
    after = page.next
  }
  return Option.none<NamedRoom>()
})

/** A room that one is invited to, which may be private. */
const findInvited = Effect.fnUntraced(function* (name: RoomName) {
  const { rpc } = yield* ChatHttp
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListInvitations", { limit: 100, ...(after === undefined ? {} : { after }) })
    const found = page.invitations.find((invitation) => isSameRoom(invitation.name, name))
    if (found !== undefined) return Option.some<NamedRoom>({ id: found.conversation, name: found.name })
    after = page.next
  }
  return Option.none<NamedRoom>()
})

/** A room by its name, whatever the case. */
const findRoom = Effect.fnUntraced(function* (name: RoomName) {
  const { rpc } = yield* ChatHttp
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListRooms", { query: name, limit: 100, ...(after === undefined ? {} : { after }) })
    const room = page.rooms.find((room) => isSameRoom(room.name, name))
    if (room !== undefined) return Option.some<NamedRoom>(room)
    after = page.next
  }
  return yield* findOwnRoom(name)
})

/** The conversation with somebody, if there is one: to look at it must not make it appear for the other. */
const findDirect = Effect.fnUntraced(function* (user: User) {
  const { rpc } = yield* ChatHttp
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListConversations", { limit: 100, ...(after === undefined ? {} : { after }) })
    const conversation = page.conversations.find(({ peer }) => peer?.id === user.id)
    if (conversation !== undefined) return conversation.id
    after = page.next
  }
  return yield* new Unresolved({ detail: `You have no conversation with @${user.username} yet` })
})

/** The group of these others, and nobody else; of several the one with the newest message. */
const findGroup = Effect.fnUntraced(function* (names: ReadonlyArray<Username>) {
  const { rpc } = yield* ChatHttp
  const wanted = new Set(names)
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListConversations", { limit: 100, ...(after === undefined ? {} : { after }) })
    const found = page.conversations.find(
      ({ people }) => people?.length === wanted.size && people.every(({ username }) => wanted.has(username)),
    )
    if (found !== undefined) return { id: found.id, label: labelOfConversation(found) }
    after = page.next
  }
  const others = names.map((name) => `@${name}`).join(" ")
  return yield* new Unresolved({ detail: `You are in no group with ${others} alone: chat group ${others} begins one` })
})

const openDirect = Effect.fnUntraced(function* (user: User) {
  const { rpc } = yield* ChatHttp
  const receipt = yield* rpc("OpenDirect", { commandId: newCommandId(), user: user.id })
  return receipt.conversation
})

/** To read in a conversation it has to be there; to write in it, it is opened. */
export type Purpose = "read" | "write"

const withUser = Effect.fnUntraced(function* (user: User, purpose: Purpose) {
  const id = purpose === "write" ? yield* openDirect(user) : yield* findDirect(user)
  return { id, label: `@${user.username}` }
})

const ofConversation = (id: ConversationId): Resolved => ({ id, label: id })

const ofRoom = (room: NamedRoom): Resolved => ({ id: room.id, label: `#${room.name}` })

/** The room of this name that one can see, or is invited to. */
export const resolveRoom = Effect.fnUntraced(function* (text: string) {
  const target = yield* readTarget(text.startsWith("#") ? text : `#${text}`)
  if (target._tag !== "Room") return yield* Effect.die("a name with the sign of a room is a room's")
  const found = yield* findRoom(target.name)
  const room = Option.isSome(found) ? found : yield* findInvited(target.name)
  if (Option.isNone(room)) return yield* new Unresolved({ detail: `There is no room #${target.name}` })
  return room.value
})

/** The conversation that is meant. */
export const resolve = Effect.fn("resolve")(function* (target: Target, purpose: Purpose) {
  const nothing = (what: string) => new Unresolved({ detail: `There is no ${what} ${formatTarget(target)}` })
  switch (target._tag) {
    case "Conversation":
      return ofConversation(target.id)
    case "Person": {
      const user = yield* findUser(target.name)
      return Option.isSome(user) ? yield* withUser(user.value, purpose) : yield* nothing("user")
    }
    case "Group":
      return yield* findGroup(target.names)
    case "Room": {
      const room = yield* findRoom(target.name)
      return Option.isSome(room) ? ofRoom(room.value) : yield* nothing("room")
    }
    case "Either": {
      const [user, room] = yield* Effect.all(
        [Option.match(target.user, { onNone: () => Effect.succeedNone, onSome: findUser }), findRoom(target.room)],
        { concurrency: 2 },
      )
      if (Option.isSome(user) && Option.isSome(room)) {
        const { username } = user.value
        return yield* new Misuse({
          detail: `there is a user @${username} and a room #${room.value.name}: write the sign, in quotes`,
        })
      }
      if (Option.isSome(user)) return yield* withUser(user.value, purpose)
      return Option.isSome(room) ? ofRoom(room.value) : yield* nothing("user or room")
    }
  }
})
