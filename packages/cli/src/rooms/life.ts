/** `chat rooms archive`, `unarchive`, `delete` and `transfer`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Receipt } from "@chat/domain/Conversation"
import { resolveRoom, roomArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { findUser, userArgument } from "../users/named.ts"

const archiving = <const Name extends string>(name: Name, archived: boolean, done: string) =>
  Command.make(
    name,
    { room: roomArgument },
    Effect.fn(`rooms.${name}`)(function* (input) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      const room = yield* resolveRoom(input.room)
      const command = { commandId: newCommandId(), conversation: room.id, changes: { archived } }
      yield* output.show(Receipt, yield* rpc("UpdateRoom", command))
      yield* output.note(`#${room.name} ${done}`)
    }),
  )

export const archive = archiving("archive", true, "is archived").pipe(
  Command.withDescription("Close a room: it can be read, and nobody writes or joins"),
  Command.withExamples([{ command: "chat rooms archive kitchen" }]),
)

export const unarchive = archiving("unarchive", false, "is open again").pipe(
  Command.withDescription("Open an archived room again"),
  Command.withExamples([{ command: "chat rooms unarchive kitchen" }]),
)

export const deleteRoom = Command.make(
  "delete",
  { room: roomArgument },
  Effect.fn("rooms.delete")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const room = yield* resolveRoom(input.room)
    yield* output.show(Receipt, yield* rpc("DeleteRoom", { commandId: newCommandId(), conversation: room.id }))
    yield* output.note(`#${room.name} is no more`)
  }),
).pipe(
  Command.withDescription("End a room that you own, for everybody and with all that was said in it, for good"),
  Command.withExamples([{ command: "chat rooms delete kitchen" }]),
)

export const transfer = Command.make(
  "transfer",
  { room: roomArgument, user: userArgument },
  Effect.fn("rooms.transfer")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const room = yield* resolveRoom(input.room)
    const user = yield* findUser(input.user)
    const command = { commandId: newCommandId(), conversation: room.id, user: user.id }
    yield* output.show(Receipt, yield* rpc("TransferRoom", command))
    yield* output.note(`@${user.username} owns #${room.name} now, and you are a moderator`)
  }),
).pipe(
  Command.withDescription("Hand a room that you own over to another member"),
  Command.withExamples([{ command: "chat rooms transfer kitchen bob" }]),
)
