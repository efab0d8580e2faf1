/** A client and its server, with a network between them that tests can break. */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { ChatClient, type Options } from "../../src/ChatClient.ts"
import { memoryTokenStore } from "../../src/session/TokenStore.ts"
import { Transport } from "../../src/wire/Transport.ts"
import { FakeServer } from "./FakeServer.ts"
import { FakeTransport } from "./FakeTransport.ts"

export const makeWorld = Effect.fnUntraced(function* (conversations = 1, options: Partial<Options> = {}) {
  const server = new FakeServer(conversations)
  const network = new FakeTransport(server)
  const tokenStore = memoryTokenStore(server.signedIn())
  /** Another client with the same stores, as after the program was started again. */
  const restart = Layer.build(ChatClient.layerNoDeps({ url: "http://chat.test", tokenStore, ...options })).pipe(
    Effect.map((context) => Context.get(context, ChatClient)),
    Effect.provideService(Transport, network.service),
  )
  const client = yield* restart
  return { server, network, client, tokenStore, restart }
})

/** Lets everything run that can, without time passing. */
export const settle = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Lets time pass, as much as it takes, until something is so. */
export const until = Effect.fnUntraced(function* (what: () => boolean, step = 250) {
  for (let steps = 0; steps < 4_000; steps++) {
    yield* settle
    if (what()) return
    yield* TestClock.adjust(step)
  }
  return yield* Effect.die(new Error(`never came true: ${String(what)}`))
})
