/** `chat rpc`: the whole contract as JSON-RPC over stdin and stdout, for programs in any language. */
import * as Command from "effect/cli/Command"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { ChatBridge } from "@chat/client/bridge/ChatBridge"
import packageJson from "../../package.json" with { type: "json" }
import { Misuse } from "../failure/failures.ts"
import { Settings } from "../settings/Settings.ts"
import { flushed } from "../terminal/flushed.ts"
import { printableJson } from "../text/printable.ts"
import { type Answer, codes, failed, type Id, readRequest, type Request, succeeded } from "./JsonRpc.ts"
import { lines } from "./lines.ts"
import { methodOf, sync } from "./methods.ts"

/** How long a line may be, in bytes; as long as a body of the server. */
const maxLine = 1_048_576
/** How many lines, and requests of a batch, are worked on at once; further ones are not read before. */
const maxInFlight = 64
/** How many bytes may wait to be read before a `Sync` ends. */
const maxUnread = 16_777_216

const send = (message: unknown): void => void process.stdout.write(`${printableJson(message)}\n`)

const notify =
  (id: Id) =>
  (item: unknown): boolean => {
    send({ jsonrpc: "2.0", method: "Sync", params: { id, item } })
    return process.stdout.writableLength <= maxUnread
  }

/** The answer to a request; a `Sync` that goes on when there is nothing more to read is over. */
const answer = ({ method, params = {}, id = null }: Request, over: Effect.Effect<void>) =>
  Effect.gen(function* () {
    if (method === "Sync") return yield* Effect.raceFirst(sync(params, notify(id)), Effect.as(over, null))
    const call = methodOf(method)
    if (call === undefined) {
      return yield* Effect.fail({ code: codes.method, message: `the contract has no call ${JSON.stringify(method)}` })
    }
    return (yield* call(params)) ?? null
  }).pipe(
    Effect.match({ onSuccess: (result) => succeeded(id, result), onFailure: (error) => failed(id, error) }),
    Effect.catchDefect(() => Effect.succeed(failed(id, { code: codes.internal, message: "a fault in the program" }))),
  )

/** What is said to one request, whatever it is; nothing to one that wants no answer. */
const handle = (value: unknown, over: Effect.Effect<void>): Effect.Effect<Answer | undefined, never, ChatBridge> => {
  const request = readRequest(value)
  if (Result.isFailure(request)) return Effect.succeed(request.failure)
  const answered = answer(request.success, over)
  return request.success.id === undefined ? Effect.as(answered, undefined) : answered
}

const isAnswer = (answer: Answer | undefined): answer is Answer => answer !== undefined

const onLine = Effect.fnUntraced(function* (line: Uint8Array | undefined, over: Effect.Effect<void>) {
  if (line === undefined)
    return failed(null, { code: codes.request, message: `a line is longer than ${maxLine} bytes` })
  const parsed = Result.try({
    try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line)),
    catch: (cause) => (cause instanceof Error ? cause.message : "not JSON"),
  })
  if (Result.isFailure(parsed)) return failed(null, { code: codes.parse, message: parsed.failure })
  const value = parsed.success
  if (!Array.isArray(value)) return yield* handle(value, over)
  if (value.length === 0) return failed(null, { code: codes.request, message: "an empty batch" })
  const answers = yield* Effect.forEach(value, (one) => handle(one, over), { concurrency: maxInFlight })
  return answers.some(isAnswer) ? answers.filter(isAnswer) : undefined
})

const isBlank = (line: Uint8Array | undefined) => line?.every((byte) => byte === 0x20 || byte === 0x0d) === true

const serve = Effect.gen(function* () {
  const over = yield* Deferred.make<void>()
  const input = Stream.fromAsyncIterable(
    lines(process.stdin, maxLine),
    (cause) => new Misuse({ detail: `stdin cannot be read: ${cause instanceof Error ? cause.message : "unknown"}` }),
  ).pipe(
    Stream.filter((line) => !isBlank(line)),
    Stream.concat(Stream.fromEffectDrain(Deferred.succeed(over, undefined))),
  )
  const onOne = Effect.fnUntraced(function* (line: Uint8Array | undefined) {
    const answered = yield* onLine(line, Deferred.await(over))
    if (answered !== undefined) send(answered)
    // as fast as it is read
    yield* Effect.promise(() => flushed(process.stdout))
  })
  yield* input.pipe(Stream.mapEffect(onOne, { concurrency: maxInFlight, unordered: true }), Stream.runDrain)
})

const layerBridge = Layer.unwrap(
  Effect.map(Settings, ({ server, tokenStore }) =>
    ChatBridge.layer({ url: server, tokenStore, client: `chat-rpc/${packageJson.version}` }),
  ),
)

export const rpc = Command.make("rpc", {}, () => Effect.provide(serve, layerBridge)).pipe(
  Command.withDescription(
    "Make any call of the contract: JSON-RPC 2.0 on stdin and stdout, one message a line, in the name of the profile",
  ),
  Command.withExamples([
    { command: `echo '{"jsonrpc":"2.0","id":1,"method":"Me"}' | chat rpc`, description: "One call" },
    {
      command: `mkfifo in; chat rpc <in >out & echo '{"jsonrpc":"2.0","id":1,"method":"Sync","params":{"cursors":[]}}' >in`,
      description: "Everything as it happens, for as long as stdin is open",
    },
  ]),
)
