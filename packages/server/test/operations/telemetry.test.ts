import { Transport, webTransport } from "@chat/client/wire/Transport"
import { make } from "@chat/client/Client"
import { Body, Topic } from "@chat/domain/Values"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { sampling } from "../../src/operations/sampling.ts"
import { commandId, device, emailOf, newName, newRoomName, password } from "../contract/people.ts"
import { until } from "../faults/crew.ts"
import { assertClean, canary, start } from "../faults/process.ts"
import { dataDirectory } from "../support/databases.ts"

/** Keeps what it gets, by path. */
const collector = Effect.gen(function* () {
  const received = new Map<string, Array<string>>()
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.set(request.url ?? "", [...(received.get(request.url ?? "") ?? []), body])
      response.end("{}")
    })
  })
  yield* Effect.acquireRelease(
    Effect.promise(async () => {
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
    }),
    () => Effect.sync(() => server.close()),
  )
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received }
})

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}

const spansIn = (bodies: ReadonlyArray<string>): ReadonlyArray<Span> =>
  bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap(
      ({ scopeSpans }: { scopeSpans: ReadonlyArray<{ spans: ReadonlyArray<Span> }> }) =>
        scopeSpans.flatMap(({ spans }) => spans),
    ),
  )

// As a program has one that keeps its spans.
const tracer = Tracer.make({ span: (options) => new Tracer.NativeSpan(options) })

it.live("a message is one trace, from who posts it to the queues of who reads it", () =>
  Effect.gen(function* () {
    const { url, received } = yield* collector
    const server = yield* start({
      CHAT_DATA_DIR: yield* dataDirectory,
      CHAT_OTLP_URL: url,
      CHAT_TRACE_SHARE: "1",
    })
    const username = newName()
    const span = yield* Effect.gen(function* () {
      const client = yield* make({ url: `http://${server.address}` })
      yield* client.signUp({ username, password, device, email: emailOf(username) })
      yield* client.online
      const { conversation } = yield* client.rpc("CreateRoom", {
        commandId: commandId(),
        name: newRoomName(),
        topic: Topic.make(""),
        history: "all",
      })
      return yield* Effect.gen(function* () {
        const { sent } = yield* client.post(conversation, Body.make(canary))
        yield* sent
        return yield* Effect.currentSpan
      }).pipe(Effect.withSpan("say"))
    }).pipe(Effect.provideService(Transport, webTransport), Effect.provideService(Tracer.Tracer, tracer))
    const has = (signal: string, what: string) =>
      (received.get(`/v1/${signal}`) ?? []).some((body) => body.includes(what))
    // Each of them goes out now and then; the spans of one trace may go at different times.
    yield* until(
      () =>
        has("traces", "PostWriter.commit") &&
        has("traces", "Hub.publish") &&
        has("traces", '"PostMessage"') &&
        has("metrics", "chat_post_batch_posts") &&
        has("logs", "Listening on"),
    )
    const { code, output } = yield* server.kill("SIGTERM")
    assert.strictEqual(code, 0, output)
    assertClean(output)

    const spans = spansIn(received.get("/v1/traces") ?? [])
    const ofTrace = spans.filter(({ traceId }) => traceId === span.traceId)
    const named = (name: string) => {
      const found = ofTrace.find((one) => one.name === name)
      assert(found !== undefined, `${name} is not among ${ofTrace.map((one) => one.name).join(", ")}`)
      return found
    }
    const isWithin = (inner: Span, outer: Span): boolean =>
      inner.parentSpanId === outer.spanId ||
      ofTrace.some((one) => one.spanId === inner.parentSpanId && isWithin(one, outer))
    assert.isTrue(isWithin(named("PostWriter.commit"), named("PostMessage")))
    assert.isTrue(isWithin(named("Hub.publish"), named("PostWriter.commit")))
    const all = [...received.values()].flat().join()
    for (const secret of [canary, password, username]) assert.notInclude(all, secret)
  }).pipe(Effect.scoped),
)

describe("sampling", () => {
  const begin = (traceId: string, spanId: string, share: number) =>
    sampling(tracer, share).span({
      name: "a call",
      parent: Option.some(Tracer.externalSpan({ traceId, spanId, sampled: true })),
      annotations: Context.empty(),
      links: [],
      startTime: 0n,
      kind: "server",
      root: false,
      sampled: true,
    })
  const spanId = "00f067aa0ba902b7"

  it("keeps a share of the traces of clients, the same ones everywhere", () => {
    const low = `${"f".repeat(24)}3fffffff`
    const high = `${"0".repeat(24)}40000000`
    assert.isTrue(begin(low, spanId, 0.25).sampled)
    assert.isFalse(begin(high, spanId, 0.25).sampled)
    assert.strictEqual(begin(low, spanId, 0.25).traceId, low)
  })

  it("does not go on with what is no trace", () => {
    for (const [trace, span] of [
      ["noop", "noop"],
      ["F".repeat(32), spanId],
      ["0".repeat(32), "'; --"],
    ] as const) {
      const { traceId, parent } = begin(trace, span, 1)
      assert.notStrictEqual(traceId, trace)
      assert.isTrue(Option.isNone(parent))
    }
  })
})
