/** Keeping order in the room that is open. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Client } from "@chat/client/Client"
import { newCommandId } from "@chat/client/ids"
import type { ConversationId } from "@chat/domain/Ids"
import { BanReason } from "@chat/domain/Room"
import { Topic } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { findUser } from "../users/named.ts"

const split = (text: string) => {
  const [, first = "", rest = ""] = /^(\S*)\s*([\s\S]*)$/u.exec(text.trim()) ?? []
  return [first, rest] as const
}

const misuse = (detail: string) => () => new Misuse({ detail })

/** What the line commands of a moderator do; what follows the command is as it was typed. */
export const makeOrder = (client: Client) => {
  const named = Effect.fnUntraced(function* (conversation: ConversationId, name: string) {
    const { id: user } = yield* findUser(name)
    return { commandId: newCommandId(), conversation, user }
  })

  const topic = Effect.fnUntraced(function* (conversation: ConversationId, text: string) {
    const topic = yield* Schema.decodeEffect(Topic)(text.trim()).pipe(Effect.mapError(misuse("a topic is one line")))
    yield* client.rpc("UpdateRoom", { commandId: newCommandId(), conversation, changes: { topic } })
  })

  const kick = Effect.fnUntraced(function* (conversation: ConversationId, text: string) {
    yield* client.rpc("KickMember", yield* named(conversation, text.trim()))
  })

  const ban = Effect.fnUntraced(function* (conversation: ConversationId, text: string) {
    const [name, why] = split(text)
    const reason = yield* Schema.decodeEffect(BanReason)(why).pipe(
      Effect.mapError(misuse("a reason is one line of at most 250 characters")),
    )
    yield* client.rpc("BanMember", { ...(yield* named(conversation, name)), reason })
  })

  const role = Effect.fnUntraced(function* (conversation: ConversationId, text: string) {
    const [name, role] = split(text)
    if (role !== "moderator" && role !== "member") return yield* misuse("write /role USER moderator, or member")()
    yield* client.rpc("SetMemberRole", { ...(yield* named(conversation, name)), role })
  })

  return { topic, kick, ban, role }
}
