/** `chat profile`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { newCommandId } from "@chat/client/ids"
import { AccountReceipt, Profile } from "@chat/domain/User"
import { Bio, DisplayName, StatusText } from "@chat/domain/Values"
import { Misuse } from "../failure/failures.ts"
import { Output, type Style } from "../terminal/Output.ts"
import { printableLine, printableText } from "../text/printable.ts"
import { endOf } from "../terminal/endOf.ts"
import { localMinute } from "../terminal/time.ts"
import { findUser, renderUser } from "../users/named.ts"

const render = (profile: Profile, style: Style): string => {
  const { bio, status, statusUntil } = profile
  const until = statusUntil === undefined ? "" : style.faint(` until ${localMinute(statusUntil)}`)
  return [
    renderUser(profile, style),
    ...(status === undefined ? [] : [`${printableLine(status)}${until}`]),
    ...(bio === undefined ? [] : [printableText(bio)]),
  ].join("\n")
}

const show = Command.make(
  "show",
  {
    user: Argument.String("user").pipe(
      Argument.withMetavar("USER"),
      Argument.withDescription("A person's username; you, if absent"),
      Argument.optional,
    ),
  },
  Effect.fn("profile.show")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const name = Option.isSome(input.user) ? input.user.value : (yield* rpc("Me", undefined)).username
    const profile = yield* findUser(name)
    yield* output.show(Profile, profile, render(profile, output.style))
  }),
).pipe(
  Command.withDescription("Show what somebody says about themselves"),
  Command.withExamples([{ command: "chat profile show" }, { command: "chat profile show @bob" }]),
)

const text = (flag: string, about: string) =>
  Flag.String(flag).pipe(Flag.withMetavar("TEXT"), Flag.withDescription(about), Flag.optional)

const read = <S extends Schema.Codec<unknown, string>>(schema: S, given: Option.Option<string>, refusal: string) =>
  Option.match(given, {
    onNone: () => Effect.succeedNone,
    onSome: (value) =>
      Schema.decodeEffect(schema)(value).pipe(
        Effect.mapBoth({ onSuccess: Option.some, onFailure: () => new Misuse({ detail: refusal }) }),
      ),
  })

const set = Command.make(
  "set",
  {
    name: text("name", "What you are called, besides your username; empty: nothing"),
    bio: text("bio", "What you say about yourself; empty: nothing"),
    status: text("status", "What you are up to, in one line; empty: nothing"),
    for: Flag.String("for").pipe(
      Flag.withMetavar("DURATION"),
      Flag.withDescription('How long the status holds, such as "2 hours"; for ever if absent'),
      Flag.optional,
    ),
  },
  Effect.fn("profile.set")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const unnamed = Option.isSome(input.name) && input.name.value === ""
    const name = unnamed
      ? Option.some(null)
      : yield* read(DisplayName, input.name, "--name is a line of at most 64 characters")
    const bio = yield* read(Bio, input.bio, "--bio has at most 1,000 characters")
    const status = yield* read(StatusText, input.status, "--status is a line of at most 140 characters")
    const until = Option.isSome(input.for) ? yield* endOf("--for", input.for.value) : null
    if (Option.isNone(name) && Option.isNone(bio) && Option.isNone(status)) {
      return yield* new Misuse({ detail: "give --name, --bio or --status" })
    }
    const receipt = yield* rpc("UpdateProfile", {
      commandId: newCommandId(),
      ...(Option.isSome(name) ? { name: name.value } : {}),
      ...(Option.isSome(bio) ? { bio: bio.value } : {}),
      ...(Option.isSome(status) ? { status: status.value, statusUntil: until } : {}),
    })
    yield* output.show(AccountReceipt, receipt)
    yield* output.note("Others see it from now on")
  }),
).pipe(
  Command.withDescription("Change what others see of you; what is not given stays as it is"),
  Command.withExamples([
    { command: "chat profile set --name 'Ann Lee' --bio 'Gardener'" },
    { command: "chat profile set --status 'out for lunch' --for '1 hour'" },
    { command: "chat profile set --status ''", description: "No status any more" },
  ]),
)

export const profile = Command.make("profile").pipe(
  Command.withDescription("What people say about themselves"),
  Command.withSubcommands([show, set]),
)
