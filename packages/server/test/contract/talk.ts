// Rooms to talk in, and what is said in them.
import { ConversationId } from "@chat/domain/Ids"
import { Body, type Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { commandId, makeRoom, messageId, type Person, say, signUp } from "./people.ts"

export const nowhere = () => ConversationId.make(randomUUID())
export const body = Body.make("hello")

/** Somebody who made a room, somebody in it and somebody who is not. */
export const room = Effect.gen(function* () {
  const ann = yield* signUp()
  const bob = yield* signUp()
  const eve = yield* signUp()
  const { conversation } = yield* makeRoom(ann)
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  return { ann, bob, eve, conversation }
})

/** A room in which bob was not for a while, and cannot see what was said meanwhile. */
export const roomWithGap = Effect.gen(function* () {
  const ann = yield* signUp()
  const bob = yield* signUp()
  const { conversation } = yield* makeRoom(ann, "joined")
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  const before = yield* say(ann, conversation)
  yield* bob.call.LeaveRoom({ commandId: commandId(), conversation })
  const meanwhile = yield* say(ann, conversation)
  const answered = yield* reply(ann, conversation, { thread: before.seq })
  yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
  return { ann, bob, conversation, before, meanwhile, answered }
})

export const reply = Effect.fnUntraced(function* (
  { call }: Pick<Person, "call">,
  conversation: ConversationId,
  places: { readonly replyTo?: Seq; readonly thread?: Seq },
  text: Body = body,
) {
  const id = messageId()
  return { id, ...(yield* call.PostMessage({ conversation, id, body: text, ...places })) }
})

export const messageAt = Effect.fnUntraced(function* ({ call }: Person, conversation: ConversationId, seq: Seq) {
  const { messages } = yield* call.GetMessages({ conversation, seqs: [seq] })
  return messages[0] ?? assert.fail(`there is no message ${seq}`)
})
