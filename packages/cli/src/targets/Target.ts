/** Whom or what a command addresses: `@user`, `@user,@user` for a group, `#room`, the id of a conversation, or a name that may be either. */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ConversationId } from "@chat/domain/Ids"
import { RoomName, Username } from "@chat/domain/Values"

export type Target =
  | { readonly _tag: "Person"; readonly name: Username }
  /** A group, by the names of the others in it. */
  | { readonly _tag: "Group"; readonly names: ReadonlyArray<Username> }
  | { readonly _tag: "Room"; readonly name: RoomName }
  | { readonly _tag: "Conversation"; readonly id: ConversationId }
  /** Written without a sign; `user` is there if a user can have that name. */
  | { readonly _tag: "Either"; readonly user: Option.Option<Username>; readonly room: RoomName }

const username = Schema.decodeUnknownOption(Username)
const roomName = Schema.decodeUnknownOption(RoomName)
const conversationId = Schema.decodeUnknownOption(ConversationId)

const fail = (text: string, why: string) => Result.fail(`${JSON.stringify(text)} is not a target: ${why}`)

/** Names with commas between them; one alone has a comma behind it. */
const group = (text: string): Result.Result<Target, string> => {
  const names: Array<Username> = []
  for (const part of text.replace(/,$/u, "").split(",")) {
    const name = username(part.trim().replace(/^@/u, "").toLowerCase())
    if (Option.isNone(name)) return fail(text, "a group is the names of the others in it, such as @bob,@eve")
    names.push(name.value)
  }
  return Result.succeed({ _tag: "Group", names })
}

/** Reads a target as somebody typed it. The failure says what is wrong with it, for people. */
export const parseTarget = (text: string): Result.Result<Target, string> => {
  if (text.includes(",")) return group(text)
  if (text.startsWith("@")) {
    const name = username(text.slice(1).toLowerCase())
    return Option.isSome(name)
      ? Result.succeed({ _tag: "Person", name: name.value })
      : fail(text, "a user's name has 2 to 32 of a-z, 0-9, '_', '.' and '-'")
  }
  if (text.startsWith("#")) {
    const name = roomName(text.slice(1))
    return Option.isSome(name)
      ? Result.succeed({ _tag: "Room", name: name.value })
      : fail(text, "a room's name is one word of letters, digits, '_', '.' and '-'")
  }
  const id = conversationId(text.toLowerCase())
  if (Option.isSome(id)) return Result.succeed({ _tag: "Conversation", id: id.value })
  const room = roomName(text)
  return Option.isSome(room)
    ? Result.succeed({ _tag: "Either", user: username(text.toLowerCase()), room: room.value })
    : fail(text, "write @user or #room")
}

/** As it is written, with its sign. */
export const formatTarget = (target: Target): string => {
  switch (target._tag) {
    case "Person":
      return `@${target.name}`
    case "Group":
      return target.names.map((name) => `@${name}`).join(",") + (target.names.length === 1 ? "," : "")
    case "Room":
      return `#${target.name}`
    case "Conversation":
      return target.id
    case "Either":
      return target.room
  }
}

/** Whether two names of rooms are one: they are unique without regard to case. */
export const isSameRoom = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
