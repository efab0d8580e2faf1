/** People as arguments of commands. */
import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import type { User } from "@chat/domain/User"
import type { Style } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { readName } from "../session/signIn.ts"

export const userArgument = Argument.String("user").pipe(
  Argument.withMetavar("USER"),
  Argument.withDescription("A person's username, such as bob or @bob"),
)

/** The person of this name. */
export const findUser = Effect.fnUntraced(function* (text: string) {
  const { rpc } = yield* ChatHttp
  return yield* rpc("GetUser", { username: yield* readName(text) })
})

/** Such as `@ann (Ann Lee)`. */
export const renderUser = ({ username, name, deleted }: User, style: Style): string => {
  const facts = [name === undefined ? "" : printableLine(name), deleted ? "deleted" : ""].filter((fact) => fact !== "")
  return `${style.name(`@${username}`)}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`
}
