/** `chat account`: what one signs in with. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Redacted from "effect/Redacted"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { StoreFailed } from "@chat/client/Errors"
import { newCommandId } from "@chat/client/ids"
import { AccountReceipt } from "@chat/domain/User"
import { passwordFlag, readEmail, readName } from "../session/signIn.ts"
import { forgetRemembered, writeRemembered } from "../settings/Remembered.ts"
import { Settings } from "../settings/Settings.ts"
import { readPassword } from "../terminal/input.ts"
import { Output } from "../terminal/Output.ts"

/** What is kept of the account on this device, as it is now. */
const keep = Effect.gen(function* () {
  const { directory, server, tokenStore } = yield* Settings
  const { rpc } = yield* ChatHttp
  const account = yield* rpc("Me", undefined)
  yield* writeRemembered(directory, {
    server,
    user: { id: account.id, username: account.username },
    kept: tokenStore.kept(),
  })
  yield* Effect.tryPromise({
    try: () =>
      tokenStore.withLock(async () => {
        const stored = await tokenStore.load()
        if (stored?.account.id === account.id) await tokenStore.save({ ...stored, account })
      }),
    catch: (cause) => new StoreFailed({ store: "tokens", detail: cause instanceof Error ? cause.message : "unknown" }),
  })
})

const username = Command.make(
  "username",
  { name: Argument.String("name").pipe(Argument.withMetavar("NAME"), Argument.withDescription("The new name")) },
  Effect.fn("account.username")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const username = yield* readName(input.name)
    const receipt = yield* rpc("ChangeUsername", { commandId: newCommandId(), username })
    yield* keep
    yield* output.show(AccountReceipt, receipt)
    yield* output.note(`You are @${username} now; the old name is free`)
  }),
).pipe(
  Command.withDescription("Change the name by which others find you"),
  Command.withExamples([{ command: "chat account username anna" }]),
)

const email = Command.make(
  "email",
  {
    address: Argument.String("address").pipe(
      Argument.withMetavar("ADDRESS"),
      Argument.withDescription("The new email address"),
    ),
    stdin: passwordFlag,
  },
  Effect.fn("account.email")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const email = yield* readEmail(input.address)
    const password = yield* readPassword({ stdin: input.stdin, twice: false })
    const command = { commandId: newCommandId(), password: Redacted.value(password), email }
    const receipt = yield* rpc("ChangeEmail", command)
    yield* keep
    yield* output.show(AccountReceipt, receipt)
    yield* output.note(`Your address is ${email} now`)
  }),
).pipe(
  Command.withDescription("Change your email address; asks for your password"),
  Command.withExamples([{ command: "chat account email ann@example.org" }]),
)

const remove = Command.make(
  "delete",
  {
    erase: Flag.Boolean("erase").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Delete all that you wrote, for everybody; otherwise it stays, as from a deleted account"),
      Flag.withDefault(false),
    ),
    stdin: passwordFlag,
  },
  Effect.fn("account.delete")(function* (input) {
    const output = yield* Output
    const { directory } = yield* Settings
    const { rpc, logOut } = yield* ChatHttp
    yield* output.note("This cannot be undone. Your password, to delete your account:")
    const password = yield* readPassword({ stdin: input.stdin, twice: false })
    yield* rpc("DeleteAccount", { password: Redacted.value(password), erase: input.erase })
    // The session has ended with the account: what is left of it here is forgotten.
    yield* logOut
    yield* forgetRemembered(directory)
    yield* output.note("Your account is deleted")
  }),
).pipe(
  Command.withDescription("Delete your account for good; asks for your password"),
  Command.withExamples([
    { command: "chat account delete", description: "What you wrote stays, as from a deleted account" },
    { command: "chat account delete --erase", description: "What you wrote is deleted for everybody" },
  ]),
)

export const account = Command.make("account").pipe(
  Command.withDescription("Your account: its name, its address, its end"),
  Command.withSubcommands([username, email, remove]),
)
