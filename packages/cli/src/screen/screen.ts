/** The full-screen client: keys and changes go through `update`, and what becomes of the model is drawn. */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { ChatClient } from "@chat/client/ChatClient"
import type { ConnectionStatus } from "@chat/client/connection/ConnectionStatus"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import type { LogEvent } from "@chat/domain/Event"
import { type ConversationId, conversationLog, type LogId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { loadEmoji, type NamedEmoji } from "../completion/emoji.ts"
import { type Highlight, loadHighlight } from "../markdown/highlight.ts"
import { layerLive, untilSignedOut } from "../live/online.ts"
import { tellNotices } from "../notices/tellNotices.ts"
import { Settings } from "../settings/Settings.ts"
import { terminalOf, themeOf } from "../text/theme.ts"
import * as Tty from "../tty/Tty.ts"
import { listed } from "./conversations.ts"
import { type Happenings, withHappening } from "./happenings.ts"
import type { Input, Job } from "./Input.ts"
import { plainWords } from "./items.ts"
import { makeJobs } from "./jobs.ts"
import { keyHelp, keymapOf } from "./keymap.ts"
import { readKeys } from "./keysFile.ts"
import { type ChatView, initialModel, placeKey } from "./Model.ts"
import { notificationOf, notifier } from "./notify.ts"
import { update } from "./update.ts"
import { type View, view } from "./view.ts"

/** What comes from the server is drawn at most so often, in milliseconds; what somebody types is drawn at once. */
const drawEvery = 33

const environment = Effect.gen(function* () {
  const names = ["TERM", "COLORTERM", "COLORFGBG", "NO_COLOR", "CHAT_THEME"]
  const values = yield* Effect.forEach(names, (name) => Config.String(name).pipe(Config.withDefault("")))
  return Object.fromEntries(names.map((name, index) => [name, values[index]]))
})

const makeScreen = Effect.gen(function* () {
  const client = yield* ChatClient
  const { server } = yield* Settings
  const clock = yield* Clock.Clock
  const scope = yield* Effect.scope
  const subscription = yield* client.subscribe
  const notify = yield* notifier
  const mouse = (yield* Config.String("CHAT_MOUSE").pipe(Config.withDefault(""))) === "on"
  const rebound = yield* readKeys
  const keymap = keymapOf(rebound)
  const terminal = terminalOf(yield* environment)
  const ended = yield* Deferred.make<void>()
  const fork = Effect.runForkWith(yield* Effect.context<Effect.Services<ReturnType<ReturnType<typeof makeJobs>>>>())

  let happenings: Happenings = new Map()
  let fetched: ReadonlyMap<string, Message> = new Map()
  let loading: ReadonlySet<ConversationId> = new Set()
  let emoji: ReadonlyArray<NamedEmoji> = []
  let highlight: Highlight | undefined
  let isDue = false
  let later: ReturnType<typeof setTimeout> | undefined
  let model = initialModel({ columns: 80, rows: 24 })

  const chat = (): ChatView => ({
    state: client.state.get(),
    outbox: client.outbox.get(),
    connection: client.connection.get(),
    happenings,
    fetched,
    loading,
    server,
    links: terminal.links,
    highlight,
    emoji,
    keys: keyHelp(rebound),
    now: clock.currentTimeMillisUnsafe(),
  })

  const draw = (): void => {
    isDue = false
    clearTimeout(later)
    later = undefined
    const { frame, shown }: View = view(model, chat())
    tty.draw(frame)
    for (const one of shown) send({ _tag: "Shown", ...one })
  }
  const drawNow = (): void => {
    if (!isDue) setImmediate(draw)
    isDue = true
  }
  const drawSoon = (): void => {
    later ??= setTimeout(draw, drawEvery)
  }

  const send = (input: Input): void => {
    const [next, jobs] = update(model, input, chat(), keymap)
    const isSame = next === model
    model = next
    for (const job of jobs) perform(job)
    if (!isSame) drawNow()
  }

  const tty: Tty.Tty = yield* Tty.open({
    theme: themeOf(terminal),
    mouse,
    listener: { onInput: send, onResize: (size) => send({ _tag: "Resize", size }) },
  })

  const run = makeJobs({
    client,
    tty,
    send,
    learn: (messages) => {
      fetched = new Map([
        ...fetched,
        ...messages.map((message) => [placeKey(message.conversation, message.seq), message] as const),
      ])
      drawSoon()
    },
    setLoading: (conversation, isLoading) => {
      loading = new Set(isLoading ? [...loading, conversation] : [...loading].filter((one) => one !== conversation))
      drawSoon()
    },
    loadEmoji: Effect.map(Effect.promise(loadEmoji), (loaded) => {
      emoji = loaded
      send({ _tag: "EmojiLoaded" })
    }),
    redraw: () => {
      tty.forget()
      drawNow()
    },
    quit: () => void fork(Deferred.succeed(ended, undefined)),
  })
  const perform = (job: Job): void => void fork(Effect.forkIn(run(job), scope))

  const conversationOf = (log: LogId) =>
    [...client.state.get().conversations.keys()].find((id) => conversationLog(id) === log)

  const onEvent = (event: LogEvent): void => {
    if (event.type === "ConversationGone" && event.data.conversation === model.current) {
      send({ _tag: "Left", conversation: event.data.conversation })
      send({ _tag: "Notice", text: "You are not in this conversation any more", isError: false })
    }
    const conversation = conversationOf(event.log)
    if (conversation === undefined) return
    happenings = withHappening(happenings, conversation, event)
    if (event.type !== "MessagePosted") return
    const notification = notificationOf(event.data.message, model, chat())
    if (notification !== undefined) notify(notification, tty.send)
  }

  let wasOffline = false
  /** Says what came in the meantime, once the connection is back. */
  const tellRecovered = (status: ConnectionStatus): void => {
    if (status._tag === "Offline") wasOffline = true
    if (status._tag !== "Online" || !wasOffline) return
    wasOffline = false
    const missed =
      status.resynchronised.length > 0 ? "much has happened" : `${status.recovered} events were missed and are here`
    send({ _tag: "Notice", text: `online again: ${missed}`, isError: false })
  }

  /** Once it is known what there is, somebody who has chosen nothing yet is where something is for them. */
  const land = (): void => {
    const { _tag } = client.connection.get()
    const [first] = model.current === null && model.previous === null && _tag === "Online" ? listed(chat()) : []
    if (first !== undefined) send({ _tag: "Go", conversation: first.id })
  }

  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const onSecond = setInterval(() => {
        if (client.connection.get()._tag === "Offline") drawNow()
      }, 1_000)
      const stops = [
        client.state.subscribe(drawSoon),
        client.outbox.subscribe(drawSoon),
        client.connection.subscribe((status) => {
          land()
          tellRecovered(status)
          drawSoon()
        }),
        () => clearInterval(onSecond),
      ]
      land()
      drawNow()
      return stops
    }),
    (stops) =>
      Effect.sync(() => {
        stops.forEach((stop) => stop())
        clearTimeout(later)
      }),
  )
  yield* tellNotices(client, plainWords, (text) =>
    Effect.sync(() => send({ _tag: "Panel", title: "The server says", lines: text.split("\n") })),
  )

  // code is seldom the first thing that is shown
  yield* Effect.forkScoped(
    Effect.map(Effect.promise(loadHighlight), (loaded) => {
      highlight = loaded
      drawSoon()
    }),
  )

  const events = Effect.forever(
    Effect.flatMap(subscription.take, (items: ReadonlyArray<ChatEvent>) =>
      Effect.sync(() => {
        for (const item of items) if (item._tag === "Event") onEvent(item.event)
        drawSoon()
      }),
    ),
  )
  yield* Effect.raceFirst(Deferred.await(ended), Effect.raceFirst(untilSignedOut(client), events))
}).pipe(Effect.scoped)

export const screen = Effect.provide(makeScreen, layerLive({ outbox: true }))
