/** Which server, as whom, and for whom the output is: the flags that every command has, and their variables. */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Flag from "effect/cli/Flag"
import type { TokenStore } from "@chat/client/session/TokenStore"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Misuse } from "../failure/failures.ts"
import { fileTokenStore } from "@chat/client/node/FileTokenStore"
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

const given = (flag: Option.Option<string>, name: string, variable: string) =>
  Effect.gen(function* () {
    if (Option.isSome(flag)) return Option.some({ source: name, value: flag.value })
    const value = yield* Config.String(variable).pipe(Config.withDefault(""))
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

/** A token goes to the server that gave it and to no other. */
const tokenStoreIn = (directory: string, isOfServer: boolean): TokenStore => {
  const store = fileTokenStore(join(directory, "tokens.json"))
  let isOwn = isOfServer
  return {
    ...store,
    load: async () => (isOwn ? store.load() : null),
    save: async (credentials) => {
      await store.save(credentials)
      // whoever signs in goes on with what the server gave them
      isOwn = true
    },
  }
}

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
    readonly tokenStore: TokenStore
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
        return Settings.of({
          server,
          isDefault: Option.isNone(givenServer) && Option.isNone(remembered),
          profile,
          directory,
          tokenStore: tokenStoreIn(
            directory,
            Option.exists(remembered, (known) => known.server === server),
          ),
        })
      }),
    )

  /** The same for another server, where nobody is signed in yet. */
  static readonly at = (settings: Settings["Service"], server: string) =>
    Settings.of({ ...settings, server, isDefault: false, tokenStore: tokenStoreIn(settings.directory, false) })
}
