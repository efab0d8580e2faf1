/** The full-screen client: keys and changes go through `update`, and what becomes of the model is drawn. */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { ChatClient } from "@chat/client/ChatClient"
import type { Client } from "@chat/client/Client"
import { loadEmoji } from "../completion/emoji.ts"
import { layerLive, untilSignedOut } from "../live/online.ts"
import { loadHighlight } from "../markdown/highlight.ts"
import { tellNotices } from "../notices/tellNotices.ts"
import { Settings } from "../settings/Settings.ts"
import { backgroundOn, terminalOf, themeOf } from "../text/theme.ts"
import { askBehind } from "../tty/keys.ts"
import * as Tty from "../tty/Tty.ts"
import { makeEvents } from "./events.ts"
import { plainWords } from "./items.ts"
import { makeJobs, type Needed } from "./jobs.ts"
import { readKeys } from "./keysFile.ts"
import { Loop } from "./loop.ts"
import { notifier } from "./notify.ts"

const variable = (name: string) => Config.String(name).pipe(Config.withDefault(""))

const environment = Effect.gen(function* () {
  const names = ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CHAT_THEME"]
  const values = yield* Effect.forEach(names, variable)
  return Object.fromEntries(names.map((name, index) => [name, values[index]]))
})

/** A loop on the terminal, whose jobs are done; and when somebody has had enough. */
const open = Effect.gen(function* () {
  const client = yield* ChatClient
  const { server } = yield* Settings
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const terminal = terminalOf(yield* environment)
  const fork = Effect.runForkWith(yield* Effect.context<Needed>())
  const ended = yield* Deferred.make<void>()
  const rebound = yield* readKeys
  const mouse = (yield* variable("CHAT_MOUSE")) === "on"
  const now = () => clock.currentTimeMillisUnsafe()
  const loop = new Loop({ client, server, links: terminal.links, rebound, now })
  yield* Effect.addFinalizer(() => Effect.sync(loop.end))
  const tty = yield* Tty.open({
    theme: (behind) => themeOf(behind === undefined ? terminal : { ...terminal, background: backgroundOn(behind) }),
    mouse,
    listener: { onInput: loop.send, onResize: (size) => loop.send({ _tag: "Resize", size }) },
  })
  const run = makeJobs({
    client,
    tty,
    loop,
    loadEmoji: Effect.map(Effect.promise(loadEmoji), loop.setEmoji),
    quit: Effect.asVoid(Deferred.succeed(ended, undefined)),
  })
  if (terminal.asks) tty.send(askBehind)
  loop.begin(tty, (job) => void fork(Effect.forkIn(run(job), scope)))
  // code is seldom the first thing that is shown
  yield* Effect.forkScoped(Effect.map(Effect.promise(loadHighlight), loop.setHighlight))
  return { loop, tty, ended: Deferred.await(ended) }
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

const run = Effect.gen(function* () {
  const client = yield* ChatClient
  const subscription = yield* client.subscribe
  const notify = yield* notifier
  const { loop, tty, ended } = yield* open
  const events = makeEvents(client, loop, (notification) => notify(notification, tty.send))
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
}).pipe(Effect.scoped)

export const screen = Effect.provide(run, layerLive({ outbox: true }))
