// A server as it is started for real: a process of its own, which can be killed.
import { assert } from "@effect/vitest"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { generateSigningKey } from "../../src/config/signingKey.ts"
import { dataDirectory, emptyPostgres, hasPostgres } from "../support/databases.ts"

const main = join(import.meta.dirname, "../../src/main.ts")
const hooks = join(import.meta.dirname, "hooks.fixture.ts")

/** Stands wherever a secret or a text of somebody's could stand, and must not be in any log. */
export const canary = "canary-7f3a"

const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CHAT_")))

const generous = {
  CHAT_PORT: "0",
  CHAT_ARGON2_MEMORY: "8",
  CHAT_ARGON2_PASSES: "1",
  CHAT_RATE_MESSAGES: "100000",
  CHAT_RATE_MESSAGES_BURST: "100000",
  CHAT_RATE_CALLS: "1000000",
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

/** The process ended before it listened. */
export class NotStarted extends Data.TaggedError("NotStarted")<Ended> {}

const signingKey = JSON.stringify(generateSigningKey())

/** A server on the PostgreSQL server needs its URL, and a key that is the same at the next start. */
export const onPostgres = (url: Redacted.Redacted) => ({
  CHAT_DATABASE_URL: Redacted.value(url),
  CHAT_SIGNING_KEY: signingKey,
})

type Environment = Readonly<Record<string, string>>

/** By name, what a server needs to find the same fresh data at every start; and whether that can be had here. */
export const databases: ReadonlyArray<readonly [string, Effect.Effect<Environment, never, Scope.Scope>, boolean]> = [
  ["the embedded database", Effect.map(dataDirectory, (directory) => ({ CHAT_DATA_DIR: directory })), true],
  ["PostgreSQL", Effect.map(emptyPostgres, onPostgres), hasPostgres],
]

/** Starts a server and waits until it listens. It is killed with the scope, whatever it does. */
export const start = Effect.fnUntraced(function* (env: Environment, { hooked = false } = {}) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [...(hooked ? ["--expose-gc", "--import", hooks] : []), main], {
        env: { ...inherited, ...generous, ...env },
        stdio: ["ignore", "pipe", "pipe", ...(hooked ? (["ipc"] as const) : [])],
      }),
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL")),
  )
  const listening = Deferred.makeUnsafe<string, NotStarted>()
  const ended = Deferred.makeUnsafe<Ended>()
  const lines: Array<string> = []
  for (const stream of [child.stdout, child.stderr]) {
    assert(stream !== null)
    createInterface(stream).on("line", (line) => {
      lines.push(line)
      const found = /Listening on http:\/\/(?<address>[\d.:]+)/.exec(line)?.groups?.["address"]
      if (found !== undefined) Deferred.doneUnsafe(listening, Effect.succeed(found))
    })
  }
  // "close" comes when everything that was written has been read.
  child.once("close", (code, signal) => {
    const end = { code, signal, output: lines.join("\n") }
    Deferred.doneUnsafe(listening, Effect.fail(new NotStarted(end)))
    Deferred.doneUnsafe(ended, Effect.succeed(end))
  })
  const ask = (message: { readonly clock?: number }) =>
    Effect.promise(async () => {
      const answer = once(child, "message")
      child.send(message)
      return Number((await answer)[0])
    })
  return {
    address: yield* Deferred.await(listening),
    /** The bytes of its heap that are in use, once what is not has been collected. It has to be hooked. */
    heap: ask({}),
    /** Moves its clock so many milliseconds away from the right time. It has to be hooked. */
    setClock: (offset: number) => ask({ clock: offset }),
    kill: (signal: NodeJS.Signals) =>
      Effect.suspend(() => {
        child.kill(signal)
        return Deferred.await(ended)
      }),
    output: () => lines.join("\n"),
  }
})

/** What `/readyz` answers; 0: nothing. */
export const readiness = (address: string) =>
  Effect.promise(() =>
    fetch(`http://${address}/readyz`).then(
      ({ status }) => status,
      () => 0,
    ),
  )

/** A log shows no stack trace, no SQL, no secret and nobody's text. */
export const assertClean = (output: string, secrets: ReadonlyArray<string> = []): void => {
  assert.notMatch(output, /\bat \S+ \(|\bat (file:|\/)\S+:\d+|node:internal/u, "a stack trace")
  assert.notMatch(output, /\b(SELECT|INSERT INTO|DELETE FROM)\b|\bUPDATE \w+ SET\b/u, "SQL")
  assert.notMatch(output, /eyJ[\w-]{10,}\./u, "a token")
  for (const secret of [canary, ...secrets]) assert.notInclude(output, secret)
}
