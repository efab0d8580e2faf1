/** `chat users`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { User } from "@chat/domain/User"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"

const search = Command.make(
  "search",
  { query: Argument.String("query").pipe(Argument.withMetavar("Q"), Argument.withDescription("A name or part of it")) },
  Effect.fn("users.search")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    for (const user of yield* rpc("SearchUsers", { query: input.query.replace(/^@/u, ""), limit: 100 })) {
      yield* output.show(User, user, `@${printableLine(user.username)}`)
    }
  }),
).pipe(
  Command.withDescription("Find people: those whose name begins like that first, then those whose name is like it"),
  Command.withExamples([{ command: "chat users search an" }]),
)

export const users = Command.make("users").pipe(Command.withDescription("People"), Command.withSubcommands([search]))
