/** Which server, as whom, and for whom the output is: the flags that every command has, and their variables. */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Misuse } from "../failure/failures.ts"
import { type CredentialStore, credentialStore, type Kept } from "../credentials/credentials.ts"
import { readRemembered } from "./Remembered.ts"

const defaultServer = "http://127.0.0.1:8080"
const defaultProfile = "default"

/** The flags that every command has. */
export const sharedFlags = {
  server: Flag.String("server").pipe(
    Flag.withMetavar("URL"),
    Flag.withDescription(
      `The server; else CHAT_SERVER, else the one where the profile is signed in, else ${defaultServer}`,
    ),
    Flag.optional,
  ),
  profile: Flag.String("profile").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription(`Whose account, if you have several; else CHAT_PROFILE, else "${defaultProfile}"`),
    Flag.optional,
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withoutNegation,
    Flag.withDescription("For programs: each result as one JSON object on one line, in the encoding of the contract"),
    Flag.withDefault(false),
  ),
}

export interface SharedFlags {
  readonly server: Option.Option<string>
  readonly profile: Option.Option<string>
  readonly json: boolean
}

const valueOf = (variable: string) => Config.String(variable).pipe(Config.withDefault(""))

const given = (flag: Option.Option<string>, name: string, variable: string) =>
  Effect.gen(function* () {
    if (Option.isSome(flag)) return Option.some({ source: name, value: flag.value })
    const value = yield* valueOf(variable)
    return value === "" ? Option.none() : Option.some({ source: variable, value })
  })

/** The address in the one form in which addresses are compared: no path, no query, no slash at the end. */
export const readServer = (source: string, value: string) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isPlain = url !== undefined && url.pathname === "/" && url.search === "" && url.hash === ""
  return url !== undefined && isPlain && url.username === "" && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url.origin)
    : Effect.fail(
        new Misuse({ detail: `${source} is ${JSON.stringify(value)}, not an address such as ${defaultServer}` }),
      )
}

const readProfile = (source: string, value: string) =>
  /^[\w][\w.-]{0,63}$/u.test(value)
    ? Effect.succeed(value)
    : Effect.fail(
        new Misuse({
          detail: `${source} is ${JSON.stringify(value)}, not a name of at most 64 letters, digits, '_', '.' and '-'`,
        }),
      )

/** Where the state of programs lies, by https://specifications.freedesktop.org/basedir-spec. */
const stateHome = Config.String("XDG_STATE_HOME").pipe(
  Config.withDefault(""),
  Config.map((directory) => (isAbsolute(directory) ? directory : join(homedir(), ".local", "state"))),
)

/** Where a sign-in may be kept, as the variables say. */
const readPlace = Effect.gen(function* () {
  const command = yield* valueOf("CHAT_CREDENTIALS_COMMAND")
  const named = yield* valueOf("CHAT_CREDENTIALS")
  if (named !== "" && named !== "file" && named !== "keyring") {
    const found = JSON.stringify(named)
    return yield* new Misuse({ detail: `CHAT_CREDENTIALS is ${found}, and file and keyring are what there is` })
  }
  const only: Kept | undefined = named !== "" ? named : command === "" ? undefined : "command"
  return { command, only }
})

export class Settings extends Context.Service<
  Settings,
  {
    readonly server: string
    /** Nobody has said which: it is the default one. */
    readonly isDefault: boolean
    readonly profile: string
    /** What is kept for the profile: credentials and what is not sent yet. Readable by its owner only. */
    readonly directory: string
    /** Where the tokens of the profile are kept; empty if they are those of another server. */
    readonly tokenStore: CredentialStore
    /** The same for a server where nobody is signed in yet. */
    readonly emptyStore: () => CredentialStore
  }
>()("@chat/cli/settings/Settings") {
  static readonly layer = (flags: SharedFlags) =>
    Layer.effect(
      Settings,
      Effect.gen(function* () {
        const givenProfile = yield* given(flags.profile, "--profile", "CHAT_PROFILE")
        const profile = Option.isSome(givenProfile)
          ? yield* readProfile(givenProfile.value.source, givenProfile.value.value)
          : defaultProfile
        const directory = join(yield* stateHome, "chat", "profiles", profile)
        const remembered = yield* readRemembered(directory)
        const givenServer = yield* given(flags.server, "--server", "CHAT_SERVER")
        const server = Option.isSome(givenServer)
          ? yield* readServer(givenServer.value.source, givenServer.value.value)
          : Option.match(remembered, { onNone: () => defaultServer, onSome: (known) => known.server })
        const place = yield* readPlace
        const storeOf = (kept: Kept | undefined) => credentialStore({ ...place, directory, profile, kept })
        const here = Option.filter(remembered, (known) => known.server === server)
        return Settings.of({
          server,
          isDefault: Option.isNone(givenServer) && Option.isNone(remembered),
          profile,
          directory,
          tokenStore: storeOf(Option.getOrUndefined(Option.map(here, ({ kept }) => kept))),
          emptyStore: () => storeOf(undefined),
        })
      }),
    )

  /** The same for another server, where nobody is signed in yet. */
  static readonly at = (settings: Settings["Service"], server: string) =>
    Settings.of({ ...settings, server, isDefault: false, tokenStore: settings.emptyStore() })
}
