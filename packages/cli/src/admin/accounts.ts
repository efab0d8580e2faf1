/** The part of `chat admin` that is about accounts. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { AccountEntry, AccountState, ResetLink } from "@chat/domain/Admin"
import { AccountReceipt, ServerRole } from "@chat/domain/User"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import { findUser, renderUser, userArgument } from "../users/named.ts"

const optionally = <const Key extends string, A>(key: Key, value: Option.Option<A>) =>
  // The key is the one that the type names.
  (Option.isSome(value) ? { [key]: value.value } : {}) as { readonly [K in Key]?: A }

export const accounts = Command.make(
  "accounts",
  {
    query: Argument.String("query").pipe(
      Argument.withMetavar("Q"),
      Argument.withDescription("Only those whose name or address holds this"),
      Argument.optional,
    ),
    role: Flag.Literals("role", ServerRole.literals).pipe(
      Flag.withDescription("Only members, moderators or admins"),
      Flag.optional,
    ),
    state: Flag.Literals("state", AccountState.literals).pipe(
      Flag.withDescription("Only active, deactivated or deleted accounts"),
      Flag.optional,
    ),
  },
  Effect.fn("admin.accounts")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const filter = {
      ...optionally("query", input.query),
      ...optionally("role", input.role),
      ...optionally("state", input.state),
    }
    let after: string | null | undefined
    while (after !== null) {
      const page = yield* rpc("ListAccounts", { ...filter, limit: 100, ...(after === undefined ? {} : { after }) })
      for (const entry of page.accounts) {
        const { user, email, role, state, createdAt, lastSeenAt } = entry
        const seen = lastSeenAt === null ? "signed in nowhere" : `last seen ${localMinute(lastSeenAt)}`
        const facts = [role, state, `since ${localMinute(createdAt)}`, seen].join(", ")
        const text = `${renderUser(user, output.style)} <${printableLine(email)}>  ${output.style.faint(facts)}`
        yield* output.show(AccountEntry, entry, text)
      }
      after = page.next
    }
  }),
).pipe(
  Command.withDescription("Show the accounts of the server"),
  Command.withExamples([{ command: "chat admin accounts" }, { command: "chat admin accounts --state deactivated" }]),
)

export const role = Command.make(
  "role",
  {
    user: userArgument,
    role: Argument.Literals("role", ServerRole.literals).pipe(Argument.withDescription("What they are to be")),
  },
  Effect.fn("admin.role")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const user = yield* findUser(input.user)
    const receipt = yield* rpc("SetServerRole", { commandId: newCommandId(), user: user.id, role: input.role })
    yield* output.show(AccountReceipt, receipt)
    yield* output.note(`@${user.username} is ${input.role} now`)
  }),
).pipe(
  Command.withDescription("Make somebody a member, moderator or admin of the server"),
  Command.withExamples([{ command: "chat admin role bob moderator" }]),
)

const standing = <const Name extends string>(
  name: Name,
  tag: "DeactivateAccount" | "ReactivateAccount",
  done: string,
) =>
  Command.make(
    name,
    { user: userArgument },
    Effect.fn(`admin.${name}`)(function* (input) {
      const output = yield* Output
      const { rpc } = yield* ChatHttp
      const user = yield* findUser(input.user)
      yield* output.show(AccountReceipt, yield* rpc(tag, { commandId: newCommandId(), user: user.id }))
      yield* output.note(`@${user.username} ${done}`)
    }),
  )

export const deactivate = standing("deactivate", "DeactivateAccount", "is signed out and cannot sign in").pipe(
  Command.withDescription("End somebody's sessions and let them sign in no more; what they wrote stays"),
  Command.withExamples([{ command: "chat admin deactivate mallory" }]),
)

export const reactivate = standing("reactivate", "ReactivateAccount", "can sign in again").pipe(
  Command.withDescription("Let somebody sign in again"),
  Command.withExamples([{ command: "chat admin reactivate mallory" }]),
)

export const signout = Command.make(
  "signout",
  { user: userArgument },
  Effect.fn("admin.signout")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const user = yield* findUser(input.user)
    yield* rpc("EndSessions", { user: user.id })
    yield* output.note(`@${user.username} is signed out everywhere`)
  }),
).pipe(
  Command.withDescription("End every session of somebody"),
  Command.withExamples([{ command: "chat admin signout bob" }]),
)

export const reset = Command.make(
  "reset",
  { user: userArgument },
  Effect.fn("admin.reset")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const user = yield* findUser(input.user)
    const link = yield* rpc("MakeResetLink", { user: user.id })
    yield* output.show(ResetLink, link, link.token)
    yield* output.note(`For @${user.username} alone, once, until ${localMinute(link.expiresAt)}: chat passwd --reset`)
  }),
).pipe(
  Command.withDescription("Make a token with which somebody who has lost their password chooses a new one"),
  Command.withExamples([{ command: "chat admin reset bob" }]),
)
