import { conversationLog } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { defaultLimits } from "@chat/domain/Limits"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { commandId, follow, isCaughtUp, makeRoom, say, signUp } from "../contract/people.ts"
import { overWebSocket } from "../contract/transports.ts"
import { takeUntil } from "../support/core.ts"
import { embedded } from "../support/databases.ts"
import { address, node } from "../support/node.ts"
import { open, request } from "./raw.ts"

/** More than the server keeps for anybody who does not read, also with what the network takes meanwhile. */
const posts = 1_700
const long = "😀".repeat(4_000)

const rates = {
  messagesPerSecond: 100_000,
  messagesBurst: 100_000,
  callsPerMinute: 100_000,
  restPerMinute: 100_000,
  friendRequestsPerMinute: 1_000,
  invitationsPerMinute: 1_000,
  loginsPerAccount: 5,
  loginsPerAddress: 20,
  signUpsPerAddress: 10,
  refreshesPerAddress: 1_000_000,
}

const limits = { ...defaultLimits, syncGap: 100 }

it.live("who does not read holds nobody up, and misses nothing", () =>
  Effect.gen(function* () {
    const ann = yield* signUp()
    const bob = yield* signUp()
    const { conversation } = yield* makeRoom(ann)
    const log = conversationLog(conversation)
    yield* bob.call.JoinRoom({ commandId: commandId(), conversation })
    const isAt = (seq: number) => (item: SyncItem) =>
      item._tag === "Event" && item.event.log === log && item.event.seq === seq

    const reaches = (seq: number) => (item: SyncItem) =>
      isAt(seq)(item) || (item._tag === "ConversationSnapshot" && item.conversation.seq === seq)

    const asleep = yield* open(`ws://${yield* address}/rpc`)
    asleep.send(request("1", "Sync", { cursors: [], only: [log] }, ann.tokens.accessToken))
    const awake = yield* follow(bob)
    yield* takeUntil(awake.items, isCaughtUp)
    const first = yield* asleep.next
    assert.strictEqual(first._tag, "Chunk")
    asleep.socket.pause()

    const said = yield* Effect.all(
      Array.from({ length: posts }, () => say(ann, conversation, long)),
      { concurrency: 64 },
    )
    const last = Math.max(...said.map(({ seq }) => seq))
    yield* takeUntil(awake.items, isAt(last))
    asleep.socket.resume()

    const seen: Array<SyncItem> = []
    let message = first
    while (true) {
      assert(message._tag === "Chunk")
      // It is a chunk of a `Sync`.
      seen.push(...(message.values as ReadonlyArray<unknown> as ReadonlyArray<SyncItem>))
      if (seen.some(reaches(last))) break
      message = yield* asleep.next
    }
    // What stands beside the log comes whenever the heads are compared.
    const beside = new Set<SyncItem["_tag"]>(["CaughtUp", "PositionChanged", "UserChanged"])
    const [snapshot, ...rest] = seen.filter((item) => !beside.has(item._tag))
    assert(snapshot?._tag === "ConversationSnapshot")
    // It was behind by more than is read event by event, and so it begins anew in the middle: without a gap.
    assert.isTrue(rest.some(({ _tag }) => _tag === "ConversationSnapshot"))
    let at: number = snapshot.conversation.seq
    for (const item of rest) {
      if (item._tag === "ConversationSnapshot") {
        assert.isAbove(item.conversation.seq, at)
        at = item.conversation.seq
      } else {
        assert(item._tag === "Event")
        assert.strictEqual(item.event.seq, ++at)
      }
    }
    assert.strictEqual(at, last)
  }).pipe(
    Effect.provide(
      overWebSocket.pipe(
        Layer.provideMerge(
          node(embedded, { rates, connectionQueueBytes: 65_536, stallTimeout: Duration.hours(1), limits }),
        ),
      ),
    ),
    Effect.scoped,
  ),
)
