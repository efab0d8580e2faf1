// One environment variable: how its text is read, what it may be, and what it is for.
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as IpNetwork from "effect/net/IpNetwork"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

export interface Setting<out A> {
  readonly _tag: "Setting"
  readonly name: string
  readonly parse: (text: string) => Option.Option<A>
  /** What it is if nothing is set. */
  readonly fallback: Config.Config<A>
  /** The same, for people. */
  readonly shown: string
  /** What a value may be, for people; it follows "allowed:". */
  readonly allowed: string
  readonly about: string
  readonly secret: boolean
}

export const isSetting = (value: unknown): value is Setting<unknown> => Predicate.isTagged(value, "Setting")

interface Kind<out A> {
  readonly parse: (text: string) => Option.Option<A>
  readonly allowed: string
}

/** A variable with a default, given as the text that a person would set. */
export const setting = <A>(name: string, kind: Kind<A>, fallback: string, about: string): Setting<A> => ({
  _tag: "Setting",
  name,
  ...kind,
  fallback: Config.succeed(Option.getOrThrow(kind.parse(fallback))),
  shown: fallback,
  about,
  secret: false,
})

/** A variable that may be left out. */
export const optional = <A>(name: string, kind: Kind<A>, without: string, about: string): Setting<A | undefined> => ({
  _tag: "Setting",
  name,
  ...kind,
  fallback: Config.succeed(undefined),
  shown: without,
  about,
  secret: false,
})

/** A variable that may be left out and whose value is shown nowhere. */
export const secret = <A>(
  name: string,
  kind: Kind<A>,
  without: string,
  about: string,
): Setting<Redacted.Redacted<A> | undefined> => ({
  ...optional(
    name,
    { ...kind, parse: (text) => Option.map(kind.parse(text), (value) => Redacted.make(value)) },
    without,
    about,
  ),
  secret: true,
})

/** A variable whose default depends on where the server runs. */
export const computed = <A>(
  name: string,
  kind: Kind<A>,
  fallback: { readonly config: Config.Config<A>; readonly shown: string },
  about: string,
): Setting<A> => ({
  _tag: "Setting",
  name,
  ...kind,
  fallback: fallback.config,
  shown: fallback.shown,
  about,
  secret: false,
})

const decode =
  <A>(schema: Schema.ConstraintCodec<A, string>) =>
  (text: string): Option.Option<A> =>
    Schema.decodeUnknownOption(schema)(text.trim())

const grouped = new Intl.NumberFormat("en-US")

export const text: Kind<string> = { parse: decode(Schema.NonEmptyString), allowed: "a text" }

/** What RFC 6750 lets a bearer token be. */
export const bearerToken: Kind<string> = {
  parse: decode(Schema.String.check(Schema.isPattern(/^[\w.~+/-]{16,}=*$/))),
  allowed: "16 or more of A-Z, a-z, 0-9, '-', '.', '_', '~', '+' and '/'",
}

export const integer = (minimum: number, maximum: number): Kind<number> => ({
  parse: (value) => (/^\d+$/.test(value.trim()) ? bounded(minimum, maximum, Number(value)) : Option.none()),
  allowed: `a whole number from ${grouped.format(minimum)} to ${grouped.format(maximum)}`,
})

const bounded = (minimum: number, maximum: number, value: number): Option.Option<number> =>
  value >= minimum && value <= maximum ? Option.some(value) : Option.none()

type DurationText = Extract<Duration.Input, string>

export const duration = (minimum: DurationText, maximum: DurationText): Kind<Duration.Duration> => {
  const between = Duration.between({
    minimum: Duration.fromInputUnsafe(minimum),
    maximum: Duration.fromInputUnsafe(maximum),
  })
  return {
    parse: (value) => Option.filter(decode(Schema.DurationFromString)(value), between),
    allowed: `a duration such as "90 seconds", from ${minimum} to ${maximum}`,
  }
}

/** A duration that can be switched off. */
export const switchable = (minimum: DurationText, maximum: DurationText): Kind<Duration.Duration | undefined> => {
  const { parse, allowed } = duration(minimum, maximum)
  return {
    parse: (value) => (value.trim() === "off" ? Option.some(undefined) : parse(value)),
    allowed: `"off" or ${allowed}`,
  }
}

export const oneOf = <const Choice extends string>(...choices: ReadonlyArray<Choice>): Kind<Choice> => ({
  parse: decode(Schema.Literals(choices)),
  allowed: choices.map((choice) => `"${choice}"`).join(" or "),
})

/** Separated by commas. */
export const list = <A>(one: Kind<A>): Kind<ReadonlyArray<A>> => ({
  parse: (value) =>
    Option.all(
      value
        .split(",")
        .filter((part) => part.trim() !== "")
        .map((part) => one.parse(part.trim())),
    ),
  allowed: `a list separated by commas, each ${one.allowed}`,
})

const toUrl = (value: string, protocols: ReadonlyArray<string>): Option.Option<URL> =>
  Option.filter(Option.fromNullishOr(URL.parse(value.trim())), (url) => protocols.includes(url.protocol))

const isOrigin = (url: URL): boolean => url.href === `${url.origin}/`

/** Without a path and without the final slash, as browsers send it. */
export const origin: Kind<string> = {
  parse: (value) => Option.map(Option.filter(toUrl(value, ["http:", "https:"]), isOrigin), (url) => url.origin),
  allowed: "an origin such as https://chat.example.org, without a path",
}

/** Without the final slash. */
export const baseUrl: Kind<string> = {
  parse: (value) => Option.map(toUrl(value, ["http:", "https:"]), ({ href }) => href.replace(/\/+$/u, "")),
  allowed: "a URL of the form http://127.0.0.1:4318",
}

export const share: Kind<number> = {
  parse: (value) => (/^(?:[01]|0?\.\d+|1\.0+)$/u.test(value.trim()) ? Option.some(Number(value)) : Option.none()),
  allowed: "a number from 0 to 1, such as 0.01",
}

export const postgresUrl: Kind<string> = {
  parse: (value) => Option.map(toUrl(value, ["postgres:", "postgresql:"]), () => value.trim()),
  allowed: "a URL of the form postgres://user:password@host:5432/database",
}

export const network: Kind<IpNetwork.IpNetwork> = {
  parse: (value) =>
    Result.getSuccess(IpNetwork.fromString(value.includes("/") ? value : `${value}/${hostBits(value)}`)),
  allowed: "an IP address or a network in CIDR notation, such as 10.0.0.0/8",
}

const hostBits = (address: string): number => (address.includes(":") ? 128 : 32)
