/** Whether the server is there, is one that this program can talk to, and how long it takes to answer. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { ChatClient } from "@chat/client/ChatClient"
import { contractVersion } from "@chat/domain/Contract"
import type { ServerInfo } from "@chat/domain/SessionRpcs"
import packageJson from "../../package.json" with { type: "json" }
import { layerLive, untilOnline } from "../live/online.ts"
import { Settings } from "../settings/Settings.ts"
import { printableLine } from "../text/printable.ts"
import { type Finding, well, wrong } from "./Finding.ts"

const deadline = "10 seconds"
/** How many calls are timed. */
const samples = 5
/** By how many milliseconds a clock may be off: times are shown to the minute. */
const toleratedOffset = 30_000

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeNanos
    const value = yield* effect
    return { value, millis: Math.round(Number((yield* Clock.currentTimeNanos) - start) / 10_000) / 100 }
  })

/** What to do about what the network said. */
const adviceOn = (detail: string): string => {
  if (detail === "ECONNREFUSED") return "nothing listens there: is the server running, and is it this port?"
  if (/ENOTFOUND|EAI_AGAIN/u.test(detail)) return "nobody knows the name: is it spelled right, and is there a network?"
  if (/CERT|SSL|SELF_SIGNED/iu.test(detail)) {
    return "its certificate is not trusted: NODE_EXTRA_CA_CERTS names a file with that of an authority of one's own"
  }
  if (detail.startsWith("HTTP status")) return "something answers there that is no chat server: is the address right?"
  return "is there a network, and does a firewall or a proxy let this through?"
}

const hello = Effect.flatMap(ChatHttp, ({ rpc }) =>
  rpc("Hello", { client: `chat/${packageJson.version}`, contract: contractVersion }, { deadline }),
)

/** What the server says of itself, or why it says nothing. */
export const reach = Effect.gen(function* () {
  const { server } = yield* Settings
  const answer = yield* Effect.result(hello)
  if (Result.isSuccess(answer)) return { info: answer.success, finding: well("server", `${server} answers`) }
  const { failure } = answer
  const detail = printableLine(failure._tag === "Disconnected" ? failure.detail : failure.message)
  return { info: undefined, finding: wrong("server", `${server} cannot be reached (${detail})`, adviceOn(detail)) }
})

export const checkVersion = ({ version, contract }: ServerInfo): Finding => {
  const versions = `the server is ${printableLine(version)}, this program ${packageJson.version}`
  if (contract === contractVersion) return well("version", `${versions}, and both speak contract ${contract}`)
  const older = contract > contractVersion ? "this program" : "the server"
  return wrong("version", `${versions}: contract ${contract} there, ${contractVersion} here`, `update ${older}`)
}

const describeOffset = (millis: number) => {
  const seconds = Math.round(Math.abs(millis) / 1_000)
  return seconds === 0 ? "less than a second off" : `${seconds} s ${millis > 0 ? "ahead of" : "behind"} the server's`
}

/** Round trips, and by the quickest of them how far this clock is from the server's. */
export const measure = Effect.gen(function* () {
  const trips = yield* Effect.replicateEffect(
    Effect.gen(function* () {
      const { value, millis } = yield* timed(hello)
      const middle = (yield* Clock.currentTimeMillis) - millis / 2
      return { millis, ahead: Math.round(middle - Date.parse(value.time)) }
    }),
    samples,
  )
  const [quickest, ...others] = trips.toSorted((a, b) => a.millis - b.millis)
  if (quickest === undefined) return []
  const slowest = others.at(-1) ?? quickest
  const range = `a call takes ${quickest.millis} to ${slowest.millis} ms (${trips.length} calls)`
  const offset = describeOffset(quickest.ahead)
  return [
    well("calls", range, quickest.millis),
    Math.abs(quickest.ahead) <= toleratedOffset
      ? well("clock", offset, quickest.ahead)
      : wrong(
          "clock",
          offset,
          "set the clock: until then times are shown wrongly, and --for and --expires end at other times",
          quickest.ahead,
        ),
  ]
}).pipe(
  Effect.catch((failure) =>
    Effect.succeed([
      wrong("calls", printableLine(failure.message), "the server answers now and then: look at its log"),
    ]),
  ),
)

/** The session, by a call in its name, which renews the token where that has expired. */
export const checkSession = Effect.gen(function* () {
  const { rpc } = yield* ChatHttp
  const { username } = yield* rpc("Me", undefined, { deadline })
  return well("session", `you are @${username}`)
}).pipe(
  Effect.catch((failure) =>
    Effect.succeed(
      wrong(
        "session",
        printableLine(failure.message),
        failure._tag === "Unauthenticated" ? "chat login" : "try again; if it stays so, look at the server's log",
      ),
    ),
  ),
)

const notLive = (detail: string) =>
  wrong(
    "live",
    printableLine(detail),
    "calls get through and a WebSocket does not: a proxy in between has to pass on the upgrade of /rpc",
  )

/** The live connection that `chat` and `chat tail` have, until it is in step, and a call over it. */
export const checkLive = Effect.gen(function* () {
  const client = yield* ChatClient
  const opened = yield* timed(untilOnline(client))
  const call = yield* timed(client.rpc("Me", undefined, { deadline }))
  return well("live", `in step after ${opened.millis} ms, a call takes ${call.millis} ms`, opened.millis)
}).pipe(
  Effect.provide(layerLive({ outbox: false })),
  Effect.timeoutOrElse({ duration: deadline, orElse: () => Effect.succeed(notLive("no answer within 10 s")) }),
  Effect.catch((failure) => Effect.succeed(notLive(failure.message))),
)
