import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Record from "effect/Record"
import { isSetting, type Setting } from "./setting.ts"
import { generateSigningKey } from "./signingKey.ts"
import { type Configuration, settings } from "./settings.ts"

interface Problem {
  readonly name: string
  /** What is wrong with it, in a form that goes on from the name; a secret's value is not in it. */
  readonly found: string
  readonly allowed: string
}

/** Every variable that is wrong, not just the first. */
export class InvalidConfiguration extends Data.TaggedError("InvalidConfiguration")<{
  readonly problems: ReadonlyArray<Problem>
}> {
  override get message(): string {
    return this.problems.map(({ name, found, allowed }) => `${name} ${found}; allowed: ${allowed}`).join("\n")
  }
}

/** The configuration, read once at the start. What each field is, and its default, stands in `settings.ts`. */
export class ServerConfig extends Context.Service<ServerConfig, Configuration>()("@chat/server/config/ServerConfig") {
  /** From the environment, or whatever the `ConfigProvider` reads. */
  static readonly layer: Layer.Layer<ServerConfig, InvalidConfiguration> = Layer.effect(
    ServerConfig,
    Effect.suspend(() => load),
  )

  /** The defaults, a key of its own and no place to store anything, with what a test wants otherwise. */
  static readonly layerTest = (overrides: Partial<Configuration> = {}): Layer.Layer<ServerConfig> =>
    Layer.effect(
      ServerConfig,
      Effect.map(load, (defaults) => ({
        ...defaults,
        dataDirectory: "/dev/null/chat",
        signingKey: Redacted.make(generateSigningKey()),
        ...overrides,
      })),
    ).pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({}))), Layer.orDie)
}

const read = (setting: Setting<unknown>, problems: Array<Problem>): Config.Config<unknown> =>
  Config.option(Config.String(setting.name)).pipe(
    Config.flatMap((text) => {
      if (Option.isNone(text)) return setting.fallback
      const value = setting.parse(text.value)
      if (Option.isSome(value)) return Config.succeed(value.value)
      const found = setting.secret ? "has a value that is not shown here" : `is ${JSON.stringify(text.value)}`
      problems.push({ name: setting.name, found, allowed: setting.allowed })
      return setting.fallback
    }),
  )

const readAll = (entries: object, problems: Array<Problem>): Config.Config<unknown> =>
  isSetting(entries)
    ? read(entries, problems)
    : Config.all(Record.map({ ...entries }, (entry: object) => readAll(entry, problems)))

const load: Effect.Effect<Configuration, InvalidConfiguration> = Effect.gen(function* () {
  const problems: Array<Problem> = []
  // Built by walking `settings`, which is what `Configuration` is derived from.
  const values = (yield* Effect.orDie(readAll(settings, problems))) as Configuration
  problems.push(...contradictions(values))
  if (problems.length > 0) return yield* new InvalidConfiguration({ problems })
  return values
})

// A code point takes up to 6 bytes in JSON; the rest is for what surrounds the text.
const frameFor = (messageBody: number): number => messageBody * 6 + 1_024

const contradictions = ({ databaseUrl, signingKey, argon2, limits }: Configuration): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  if (databaseUrl !== undefined && signingKey === undefined) {
    const { name, allowed } = settings.signingKey
    problems.push({ name, found: "is required with CHAT_DATABASE_URL", allowed })
  }
  if (argon2.memory < 8 * argon2.parallelism) {
    const found = `is ${argon2.memory}, too little for ${argon2.parallelism} lanes`
    problems.push({ name: settings.argon2.memory.name, found, allowed: `${8 * argon2.parallelism} or more` })
  }
  const needed = frameFor(limits.messageBody)
  if (limits.frameBytes < needed) {
    const found = `is ${limits.frameBytes}, which cannot carry a message of ${limits.messageBody}`
    problems.push({ name: settings.limits.frameBytes.name, found, allowed: `${needed} or more` })
  }
  return problems
}
