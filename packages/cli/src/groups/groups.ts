/** `chat group` and `chat groups`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { newCommandId } from "@chat/client/ids"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Conversation, Receipt } from "@chat/domain/Conversation"
import { labelOfConversation } from "../live/label.ts"
import { readTarget, resolve } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { findUser, userArgument } from "../users/named.ts"

const groupArgument = Argument.String("group").pipe(
  Argument.withMetavar("GROUP"),
  Argument.withDescription("The others in it, such as @bob,@eve, or its id"),
)

const find = Effect.fnUntraced(function* (text: string) {
  return (yield* resolve(yield* readTarget(text), "read")).id
})

const labelOf = Effect.fnUntraced(function* (conversation: Conversation["id"]) {
  const { rpc } = yield* ChatHttp
  return labelOfConversation(yield* rpc("GetConversation", { conversation }))
})

export const group = Command.make(
  "group",
  {
    users: Argument.String("user").pipe(
      Argument.withMetavar("USER"),
      Argument.withDescription("Who is in it besides you: two people or more, such as @bob @eve"),
      Argument.variadic({ min: 2 }),
    ),
  },
  Effect.fn("groups.open")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const users = yield* Effect.forEach(input.users, (name) => Effect.map(findUser(name), ({ id }) => id))
    const receipt = yield* rpc("OpenGroup", { commandId: newCommandId(), users })
    yield* output.show(Receipt, receipt)
    yield* output.note(`You are in a group: chat send ${yield* labelOf(receipt.conversation)} TEXT`)
  }),
).pipe(
  Command.withDescription("Begin a conversation of a few people, without a name"),
  Command.withExamples([{ command: "chat group @bob @eve" }]),
)

const list = Command.make(
  "list",
  {},
  Effect.fn("groups.list")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListConversations", { limit: 100, ...(after === undefined ? {} : { after }) })
      for (const conversation of page.conversations) {
        if (conversation.kind !== "group") continue
        yield* output.show(Conversation, conversation, labelOfConversation(conversation))
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show your groups by who is in them, the one with the newest message first"),
  Command.withExamples([{ command: "chat groups list" }]),
)

const add = Command.make(
  "add",
  { group: groupArgument, user: userArgument },
  Effect.fn("groups.add")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const [conversation, user] = [yield* find(input.group), yield* findUser(input.user)]
    const command = { commandId: newCommandId(), conversation, user: user.id }
    yield* output.show(Receipt, yield* rpc("AddToGroup", command))
    yield* output.note(`@${printableLine(user.username)} is in it now: ${yield* labelOf(conversation)}`)
  }),
).pipe(
  Command.withDescription("Add somebody to a group, who then can read all of it"),
  Command.withExamples([{ command: "chat groups add @bob,@eve @dan" }]),
)

const leave = Command.make(
  "leave",
  { group: groupArgument },
  Effect.fn("groups.leave")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const conversation = yield* find(input.group)
    const label = yield* labelOf(conversation)
    yield* output.show(Receipt, yield* rpc("LeaveGroup", { commandId: newCommandId(), conversation }))
    yield* output.note(`You left ${label}`)
  }),
).pipe(
  Command.withDescription("Be in a group no longer; what you could read until then stays readable"),
  Command.withExamples([{ command: "chat groups leave @bob,@eve" }]),
)

export const groups = Command.make("groups").pipe(
  Command.withDescription("Groups of a few people: chat group begins one"),
  Command.withSubcommands([list, add, leave]),
)
