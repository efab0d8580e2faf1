import { conversationLog } from "@chat/domain/Ids"
import { Body, Emoji, Seq } from "@chat/domain/Values"
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { commandId, failure, follow, isCaughtUp, type Person, say, signUp } from "../contract/people.ts"
import { inMemory } from "../contract/transports.ts"
import { takeUntil } from "../support/core.ts"
import { embedded } from "../support/databases.ts"
import { handlers } from "../support/node.ts"

const about = ({ id }: Pick<Person, "id">) => ({ commandId: commandId(), user: id })

layer(inMemory.pipe(Layer.provideMerge(handlers(embedded))), { excludeTestServices: true })("A block", (it) => {
  it.effect("lets nothing through that is written during it, live or later, not even to what was there before", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      const { conversation } = yield* bob.call.OpenDirect(about(ann))
      const before = yield* say(bob, conversation, "as it was")
      yield* ann.call.BlockUser(about(bob))
      const { items } = yield* follow(ann)
      yield* takeUntil(items, isCaughtUp)
      const secret = yield* say(bob, conversation, "for nobody")
      const edit = { conversation, message: before.id }
      yield* bob.call.EditMessage({ commandId: commandId(), ...edit, body: Body.make("worse") })
      yield* bob.call.React({ commandId: commandId(), ...edit, emoji: Emoji.make("👎") })
      const answer = yield* say(ann, conversation, "hello?")
      // Whatever came before the answer has come by now.
      const told: Array<string> = []
      for (let place = 0; place < answer.seq;) {
        const item = yield* Queue.take(items)
        if (item._tag === "Event" && item.event.log === conversationLog(conversation)) {
          place = item.event.seq
          told.push(JSON.stringify(item))
        }
      }
      assert.lengthOf(told, 1)
      const hers = (yield* ann.call.History({ conversation })).messages
      assert.deepStrictEqual(
        hers.map(({ body, rev, reactions }) => [String(body), rev, reactions.length] as const),
        [
          ["as it was", before.seq, 0],
          ["hello?", answer.seq, 0],
        ],
      )
      const log = yield* ann.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(0), limit: 100 })
      assert.notInclude(JSON.stringify(log), secret.id)
      assert.notInclude(JSON.stringify(log), "worse")
      // For him all of it has happened, and he sees her answer.
      const his = (yield* bob.call.History({ conversation })).messages
      assert.deepStrictEqual(
        his.map(({ body, reactions }) => [String(body), reactions.length] as const),
        [
          ["worse", 1],
          ["for nobody", 0],
          ["hello?", 0],
        ],
      )
    }),
  )

  it.effect("keeps a conversation out of sight until there is something to see in it", () =>
    Effect.gen(function* () {
      const ann = yield* signUp()
      const bob = yield* signUp()
      yield* ann.call.BlockUser(about(bob))
      const { conversation } = yield* bob.call.OpenDirect(about(ann))
      yield* say(bob, conversation)
      yield* failure(ann.call.GetConversation({ conversation }), "ConversationNotFound")
      yield* failure(ann.call.ListMembers({ conversation }), "ConversationNotFound")
      yield* failure(say(ann, conversation), "ConversationNotFound")
      assert.strictEqual((yield* bob.call.GetConversation({ conversation })).memberCount, 2)
      yield* ann.call.UnblockUser(about(bob))
      yield* failure(ann.call.GetConversation({ conversation }), "ConversationNotFound")
      const seen = yield* say(bob, conversation, "and now?")
      const hers = yield* ann.call.GetConversation({ conversation })
      assert.deepStrictEqual([hers.unread, hers.lastMessage?.id], [1, seen.id])
      assert.lengthOf((yield* ann.call.History({ conversation })).messages, 1)
    }),
  )
})
