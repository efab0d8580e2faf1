/** The line mode, for terminals that have no screen and for people who read with their ears. */
import * as Effect from "effect/Effect"
import { ChatClient } from "@chat/client/ChatClient"
import { layerLive, reportConnection, untilOnline, untilSignedOut } from "../live/online.ts"
import { tellNotices } from "../notices/tellNotices.ts"
import { Settings } from "../settings/Settings.ts"
import { Output } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { readTyped } from "./commands.ts"
import * as LineChat from "./LineChat.ts"
import * as Screen from "./Screen.ts"

const run = Effect.gen(function* () {
  const client = yield* ChatClient
  const { server } = yield* Settings
  const { style } = yield* Output
  yield* untilOnline(client)
  const subscription = yield* client.subscribe
  const screen = yield* Screen.open
  const chat = yield* LineChat.make(client, screen, style)
  yield* reportConnection(client, chat.hint)
  yield* chat.hint(`you are @${client.account()?.username ?? ""} at ${server}; /help shows what can be typed`)
  yield* tellNotices(client, style, chat.print)
  yield* chat.list
  screen.prompt("> ")

  /** Does what a line says; `false`: it was the last. */
  const obey = Effect.fnUntraced(function* (text: string) {
    const line = readTyped(text)
    switch (line._tag) {
      case "Nothing":
        return true
      case "Doubtful":
        yield* chat.hint(line.why)
        return true
      case "Text":
        yield* chat.say(line.text)
        return true
      case "Command":
        if (line.name === "quit") return false
        yield* chat.run(line.name, line.rest)
        return true
    }
  })

  const typed = Effect.gen(function* () {
    for (;;) {
      const text = yield* screen.nextLine
      if (text === undefined) return
      const goesOn = yield* obey(text).pipe(
        Effect.catch((error) => Effect.as(chat.hint(printableLine(error.message)), true)),
      )
      if (!goesOn) return
    }
  })
  const events = Effect.forever(
    Effect.flatMap(subscription.take, (items) => Effect.forEach(items, chat.onEvent, { discard: true })),
  )

  yield* Effect.raceFirst(typed, Effect.raceFirst(untilSignedOut(client), events))
}).pipe(Effect.scoped)

export const line = Effect.provide(run, layerLive({ outbox: true }))
