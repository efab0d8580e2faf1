/** `chat online`, `chat status`, `chat receipts` and `chat marks`: who is there, and who has read. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { OnlineUser, PresenceChoice } from "@chat/domain/Presence"
import { ReadMarks } from "@chat/domain/ReadMarks"
import { AccountReceipt } from "@chat/domain/User"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { readTarget, resolve, targetArgument } from "../targets/resolve.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"

export const online = Command.make(
  "online",
  {},
  Effect.fn("online")(function* () {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("OnlineUsers", { limit: 100, ...(after === undefined ? {} : { after }) })
      for (const one of page.users) {
        const state = one.state === "online" ? "" : `  ${output.style.faint(one.state)}`
        yield* output.show(OnlineUser, one, `@${printableLine(one.user.username)}${state}`)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show who is there of those that you share a conversation with"),
  Command.withExamples([{ command: "chat online" }]),
)

export const status = Command.make(
  "status",
  {
    state: Argument.Literals("state", PresenceChoice.literals).pipe(
      Argument.withDescription("online, away, dnd (do not disturb) or invisible"),
    ),
  },
  Effect.fn("status")(function* ({ state }) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    yield* output.show(AccountReceipt, yield* rpc("SetPresence", { commandId: newCommandId(), state }))
    yield* output.note(state === "online" ? "Others see when you are there" : `Others see you as ${shownAs[state]}`)
  }),
).pipe(
  Command.withDescription("Choose how others see you, on all your devices"),
  Command.withExamples([{ command: "chat status dnd" }, { command: "chat status invisible" }]),
)

const shownAs = { away: "away", dnd: "not to be disturbed", invisible: "somebody who is not there" }

const onOff = (name: "read" | "delivered", description: string) =>
  Argument.Literals(name, ["on", "off"]).pipe(Argument.withDescription(description))

export const receipts = Command.make(
  "receipts",
  {
    read: onOff("read", "Whether others see what you have read"),
    delivered: onOff("delivered", "Whether others see what has reached you"),
  },
  Effect.fn("receipts")(function* ({ read, delivered }) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const command = { commandId: newCommandId(), read: read === "on", delivered: delivered === "on" }
    yield* output.show(AccountReceipt, yield* rpc("SetReceipts", command))
    yield* output.note("Of what you do not tell you are not told either")
  }),
).pipe(
  Command.withDescription("Choose whether others see what you have read, and what has reached you"),
  Command.withExamples([{ command: "chat receipts off on", description: "Not what you have read" }]),
)

export const marks = Command.make(
  "marks",
  { target: targetArgument },
  Effect.fn("marks")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const { id } = yield* resolve(yield* readTarget(input.target), "read")
    const page = yield* rpc("ListMarks", { conversation: id })
    for (const mark of page.marks) {
      const { username } = yield* rpc("GetUser", { id: mark.user })
      const parts = [
        mark.read > 0 ? `read up to ${mark.read}` : "",
        mark.delivered > mark.read ? `delivered up to ${mark.delivered}` : "",
      ]
      const text = parts.filter((part) => part !== "").join(", ")
      yield* output.show(ReadMarks, mark, `@${printableLine(username)}  ${output.style.faint(text)}`)
    }
  }),
).pipe(
  Command.withDescription("Show how far the others have got in a conversation of up to 16 people"),
  Command.withExamples([{ command: "chat marks @ann" }]),
)
