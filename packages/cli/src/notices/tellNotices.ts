import { derived } from "@chat/client/Observable"
import type { Client } from "@chat/client/Client"
import type { NoticeId } from "@chat/domain/Ids"
import { noticesAt } from "@chat/domain/state/State"
import { Timestamp } from "@chat/domain/Values"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Style } from "../terminal/Output.ts"
import { renderNotice } from "./render.ts"

/** Says what the server tells everybody: what is in force now, then each as it comes, once. */
export const tellNotices = Effect.fnUntraced(function* (
  client: Client,
  style: Style,
  print: (text: string) => Effect.Effect<void>,
) {
  const clock = yield* Clock.Clock
  const told = new Set<NoticeId>()
  const tell = () => {
    const now = Timestamp.make(new Date(clock.currentTimeMillisUnsafe()).toISOString())
    const news = noticesAt(client.state.get(), now).filter(({ id }) => !told.has(id))
    for (const { id } of news) told.add(id)
    return Effect.forEach(news.toReversed(), (notice) => print(renderNotice(notice, style)), { discard: true })
  }
  yield* tell()
  yield* Effect.acquireRelease(
    Effect.sync(() => derived(client.state, ({ notices }) => notices).subscribe(() => void Effect.runFork(tell()))),
    (unsubscribe) => Effect.sync(unsubscribe),
  )
})
