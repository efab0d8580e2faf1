import { assert, layer } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { overWebSocket } from "../contract/transports.ts"
import { commandId, device, emailOf, newName, password, signUp } from "../contract/people.ts"
import { embedded } from "../support/databases.ts"
import { address, node } from "../support/node.ts"
import { failureOf, hello, open, request, roundTrip } from "./raw.ts"

const long = process.env["CHAT_TEST_LONG"] === "1"
const setUp = overWebSocket.pipe(Layer.provideMerge(node(embedded)))
const peer = Effect.flatMap(address, (where) => open(`ws://${where}/rpc`))

const malformed: ReadonlyArray<readonly [string, string | Buffer]> = [
  ["no JSON", "{"],
  ["nothing", ""],
  ["null", "null"],
  ["a number", "1"],
  ["an array of something else", "[1]"],
  ["a message of the server", JSON.stringify({ _tag: "Exit", requestId: "1", exit: { _tag: "Success" } })],
  ["a request without headers", JSON.stringify({ _tag: "Request", id: "1", tag: "Me", payload: null })],
  ["headers that are none", JSON.stringify({ ...hello("1"), headers: [["authorization"]] })],
  ["an id that is none", JSON.stringify({ ...hello("1"), id: {} })],
  ["a call that wants no answer", JSON.stringify({ ...hello("1"), isNotification: true })],
  ["bytes", Buffer.from(JSON.stringify(hello("1")))],
]

layer(setUp, { excludeTestServices: true })("Frames", (it) => {
  it.effect.each(malformed)("%s ends the connection, and no other", ([, frame]) =>
    Effect.gen(function* () {
      const other = yield* peer
      const { send, closed } = yield* peer
      send(frame)
      assert.strictEqual((yield* closed).code, 1007)
      yield* roundTrip(other)
    }),
  )

  it.effect("a frame that is too large ends the connection", () =>
    Effect.gen(function* () {
      const { send, closed } = yield* peer
      send(`"${"x".repeat(65_536)}"`)
      assert.strictEqual((yield* closed).code, 1009)
    }),
  )

  it.effect("the largest message that is allowed fits into a frame, whatever is in it", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const [room] = (yield* ann.call.ListRooms({})).rooms
      assert(room !== undefined)
      const raw = yield* peer
      // Escaped, each of its code points takes more bytes than any other.
      const post = { conversation: room.id, id: crypto.randomUUID(), body: "\u{1F331}".repeat(4_000) }
      const call = JSON.stringify(request("1", "PostMessage", post, ann.tokens.accessToken))
      raw.send(call.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`))
      const answer = yield* raw.next
      assert(answer._tag === "Exit")
      assert.strictEqual(answer.exit._tag, "Success")
    }),
  )

  it.effect("what a call says is checked where it is read: its failure names the place", () =>
    Effect.gen(function* () {
      const { tokens } = yield* signUp()
      const raw = yield* peer
      const payloads: ReadonlyArray<readonly [string, unknown]> = [
        ["Hello", null],
        ["Hello", { client: 1, contract: 1 }],
        ["LogIn", { login: "ann" }],
        ["GetConversation", { conversation: "no uuid" }],
        ["PostMessage", { conversation: crypto.randomUUID(), id: crypto.randomUUID(), body: "   " }],
        ["PostMessage", { conversation: crypto.randomUUID(), id: crypto.randomUUID(), body: "\u0000" }],
        ["PostMessage", { conversation: crypto.randomUUID(), id: crypto.randomUUID(), body: "\ud800" }],
        ["CreateRoom", { commandId: commandId(), name: "two words", topic: "", history: "all" }],
        ["SearchUsers", { query: "a", limit: 101 }],
        ["Sync", { cursors: [{ log: crypto.randomUUID(), seq: -1, mark: "0" }] }],
        ["NoSuchCall", {}],
        ["toString", {}],
      ]
      for (const [index, [tag, payload]] of payloads.entries()) {
        raw.send(request(String(index), tag, payload, tokens.accessToken))
        const answer = yield* raw.next
        assert.strictEqual(failureOf(answer), "BadRequest", `${tag} ${JSON.stringify(payload)}`)
        assert.notInclude(JSON.stringify(answer), tokens.accessToken)
      }
      yield* roundTrip(raw)
    }),
  )

  it.effect("a password that does not decode is not repeated", () =>
    Effect.gen(function* () {
      const raw = yield* peer
      const username = newName()
      const secret = "canary\u0000canary"
      const command = { commandId: commandId(), username, email: emailOf(username), password: secret, device }
      raw.send(request("1", "SignUp", command))
      const answer = yield* raw.next
      assert.strictEqual(failureOf(answer), "BadRequest")
      assert.notInclude(JSON.stringify(answer), "canary")
      raw.send(request("2", "LogIn", { login: username, password: { canary: password }, device }))
      assert.notInclude(JSON.stringify(yield* raw.next), "canary")
    }),
  )

  it.effect("a token counts in the call's headers, not in the URL", () =>
    Effect.gen(function* () {
      const { tokens } = yield* signUp()
      const where = yield* address
      for (const name of ["token", "access_token", "authorization"]) {
        const raw = yield* open(`ws://${where}/rpc?${name}=${tokens.accessToken}`)
        raw.send(request("1", "Me", null))
        assert.strictEqual(failureOf(yield* raw.next), "Unauthenticated")
      }
    }),
  )

  it.effect("only /rpc is upgraded", () =>
    Effect.gen(function* () {
      const where = yield* address
      for (const path of ["/", "/rpc/", "/rpcs", "/healthz", "//rpc", "/%72pc"]) {
        assert.strictEqual((yield* Effect.flip(open(`ws://${where}${path}`))).status, 404, path)
      }
    }),
  )

  const hostile = Schema.Union([
    Schema.Json,
    Schema.Struct({
      _tag: Schema.Literals(["Request", "Ack", "Interrupt", "Ping", "Eof"]),
      id: Schema.Union([Schema.Literals(["1", "2", "__proto__", ""]), Schema.Int, Schema.Json]),
      requestId: Schema.Union([Schema.Literals(["1", "2", "constructor"]), Schema.Json]),
      tag: Schema.Union([Schema.Literals(["Hello", "Sync", "Refresh", "OfferCursors", "__proto__"]), Schema.Json]),
      payload: Schema.Json,
      headers: Schema.Union([
        Schema.Array(Schema.Tuple([Schema.Literals(["authorization", "__proto__"]), Schema.String])),
        Schema.Json,
      ]),
      spanId: Schema.optionalKey(Schema.Json),
      traceId: Schema.optionalKey(Schema.Json),
      discard: Schema.optionalKey(Schema.Json),
    }),
  ])
  const frames = Arbitrary.array(
    Arbitrary.schema(Schema.Union([hostile, Schema.Array(hostile), Schema.String, Schema.Uint8Array])),
  )

  it.effect.prop(
    "whatever a peer sends, the server and everybody else go on",
    [frames],
    ([sent]) =>
      Effect.gen(function* () {
        const neighbour = yield* signUp()
        const { send, socket } = yield* peer
        for (const frame of sent) {
          if (socket.readyState !== socket.OPEN) break
          send(
            frame instanceof Uint8Array
              ? Buffer.from(frame)
              : typeof frame === "string"
                ? frame
                : JSON.stringify(frame),
          )
        }
        yield* neighbour.call.Me()
        yield* roundTrip(yield* peer)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: long ? 5_000 : 100 } },
  )
})
