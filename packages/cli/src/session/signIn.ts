/** What signing up and logging in have in common. */
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import { Account } from "@chat/domain/User"
import { DeviceName, Email, Username } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { writeRemembered } from "../settings/Remembered.ts"
import { Settings } from "../settings/Settings.ts"
import { Output } from "../terminal/Output.ts"

export const passwordFlag = Flag.Boolean("password-stdin").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Read the password from stdin instead of asking for it"),
  Flag.withDefault(false),
)

export const readName = (text: string) =>
  Schema.decodeEffect(Username)(text.replace(/^@/u, "")).pipe(
    Effect.mapError(
      () => new Misuse({ detail: `${JSON.stringify(text)}: a name has 2 to 32 of a-z, 0-9, '_', '.' and '-'` }),
    ),
  )

export const readEmail = (text: string) =>
  Schema.decodeEffect(Email)(text).pipe(
    Effect.mapError(() => new Misuse({ detail: `${JSON.stringify(text)} is not an email address` })),
  )

/** What the login is called in the list of sessions. */
export const deviceName = Effect.sync(() =>
  Option.getOrElse(Schema.decodeOption(DeviceName)(hostname()), () => DeviceName.make("terminal")),
)

/** A name or an email address. */
export const readLogin = (text: string) =>
  text === ""
    ? Effect.fail(new Misuse({ detail: "Your name or your email address" }))
    : Effect.succeed(text.replace(/^@/u, ""))

/** Remembers where the profile is signed in, and as whom. */
export const remember = Effect.fnUntraced(function* ({ id, username }: Account) {
  const { directory, server, tokenStore } = yield* Settings
  yield* writeRemembered(directory, { server, user: { id, username }, kept: tokenStore.kept() })
})

/** The same, and says so. */
export const welcome = Effect.fnUntraced(function* (account: Account) {
  const output = yield* Output
  const { profile, server } = yield* Settings
  yield* remember(account)
  yield* output.show(Account, account)
  yield* output.note(`You are @${account.username} at ${server}${profile === "default" ? "" : ` (profile ${profile})`}`)
})
