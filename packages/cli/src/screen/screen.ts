/** The full-screen client: keys and changes go through `update`, and what becomes of the model is drawn. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { ChatClient } from "@chat/client/ChatClient"
import type { Client } from "@chat/client/Client"
import { loadEmoji } from "../completion/emoji.ts"
import { layerLive, untilSignedOut } from "../live/online.ts"
import { loadHighlight } from "../markdown/highlight.ts"
import { tellNotices } from "../notices/tellNotices.ts"
import { Settings } from "../settings/Settings.ts"
import { openTerminal, type Terminal } from "../tty/Terminal.ts"
import { makeEvents } from "./events.ts"
import { plainWords } from "./items.ts"
import { makeJobs, type Needed } from "./jobs.ts"
import { readKeys } from "./keysFile.ts"
import { Loop } from "./loop.ts"
import { notifier } from "./notify.ts"

/** A loop on the terminal, whose jobs are done; and when somebody has had enough. */
const open = Effect.fnUntraced(function* ({ tty, links }: Terminal) {
  const client = yield* ChatClient
  const { server } = yield* Settings
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const fork = Effect.runForkWith(yield* Effect.context<Needed>())
  const ended = yield* Deferred.make<void>()
  const rebound = yield* readKeys
  const now = () => clock.currentTimeMillisUnsafe()
  const loop = new Loop({ client, server, links, rebound, now })
  yield* Effect.addFinalizer(() => Effect.sync(loop.end))
  const run = makeJobs({
    client,
    tty,
    loop,
    loadEmoji: Effect.map(Effect.promise(loadEmoji), loop.setEmoji),
    quit: Effect.asVoid(Deferred.succeed(ended, undefined)),
  })
  loop.begin(tty, (job) => void fork(Effect.forkIn(run(job), scope)))
  tty.listen({ onInput: loop.send, onResize: (size) => loop.send({ _tag: "Resize", size }) })
  // code is seldom the first thing that is shown
  yield* Effect.forkScoped(Effect.map(Effect.promise(loadHighlight), loop.setHighlight))
  return { loop, ended: Deferred.await(ended) }
})

/** Whatever changes is drawn, and the seconds until the next attempt are counted. */
const follow = (
  client: Client,
  loop: Loop,
  { onStatus, land }: Pick<ReturnType<typeof makeEvents>, "onStatus" | "land">,
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const seconds = setInterval(() => {
        if (client.connection.get()._tag === "Offline") loop.drawNow()
      }, 1_000)
      land()
      return [
        client.state.subscribe(loop.drawSoon),
        client.outbox.subscribe(loop.drawSoon),
        client.connection.subscribe(onStatus),
        () => clearInterval(seconds),
      ]
    }),
    (stops) => Effect.sync(() => stops.forEach((stop) => stop())),
  )

const run = Effect.fnUntraced(function* (terminal: Terminal) {
  const client = yield* ChatClient
  const subscription = yield* client.subscribe
  const notify = yield* notifier
  const { loop, ended } = yield* open(terminal)
  const events = makeEvents(client, loop, (notification) => notify(notification, terminal.tty.send))
  yield* follow(client, loop, events)
  yield* tellNotices(client, plainWords, (text) =>
    Effect.sync(() => loop.send({ _tag: "Panel", title: "The server says", lines: text.split("\n") })),
  )
  const happening = Effect.forever(
    Effect.map(subscription.take, (items) => {
      for (const item of items) events.onItem(item)
    }),
  )
  yield* Effect.raceFirst(ended, Effect.raceFirst(untilSignedOut(client), happening))
}, Effect.scoped)

/** In the name of who is signed in, on a terminal that is open. */
export const chatOn = (terminal: Terminal) => Effect.provide(run(terminal), layerLive({ outbox: true, state: true }))

export const screen = Effect.scoped(Effect.flatMap(openTerminal, chatOn))
