import { conversationLog } from "@chat/domain/Ids"
import { Body, Seq } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Person, commandId, failure, messageId, say, signUp } from "./people.ts"
import type { It } from "./suite.ts"
import { body, messageAt, nowhere, reply, room, roomWithGap } from "./talk.ts"

export const textCalls = (it: It): void => {
  it.effect("a text mentions members, and those who may call all others", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const mentionsOf = Effect.fnUntraced(function* (by: Person, text: string) {
        const { seq } = yield* reply(by, conversation, {}, Body.make(text))
        const { mentions, mentionsRoom } = yield* messageAt(ann, conversation, seq)
        return [mentions, mentionsRoom]
      })
      const text = `@${bob.username}, ask @${eve.username} or \`@${ann.username}\`. @${bob.username.toUpperCase()}!`
      assert.deepStrictEqual(yield* mentionsOf(ann, text), [[bob.id], null])
      assert.deepStrictEqual(yield* mentionsOf(ann, "@room"), [[], "room"])
      assert.deepStrictEqual(yield* mentionsOf(bob, "@room"), [[], null])
      assert.deepStrictEqual(yield* mentionsOf(bob, "@here"), [[], "here"])
    }),
  )

  it.effect("mentions are counted until they are read, changed or deleted", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation } = yield* room
      const count = Effect.map(bob.call.GetConversation({ conversation }), ({ mentions }) => mentions)
      const named = yield* reply(ann, conversation, {}, Body.make(`@${bob.username}`))
      const all = yield* reply(ann, conversation, {}, Body.make("@here"))
      yield* reply(bob, conversation, {}, Body.make(`@${bob.username}`))
      assert.strictEqual(yield* count, 2)
      const edit = { commandId: commandId(), conversation, message: named.id, body }
      const { seq } = yield* ann.call.EditMessage(edit)
      assert.strictEqual(yield* count, 1)
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(seq - 1) })
      const [event] = items.map((item) =>
        item._tag === "Event" && "mentionsBefore" in item.event.data ? item.event.data : null,
      )
      assert.deepStrictEqual([event?.mentionsBefore, event?.mentionsAfter], [{ users: [bob.id], room: null }, null])
      yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: all.id })
      assert.strictEqual(yield* count, 0)
      const last = yield* reply(ann, conversation, {}, Body.make("@room"))
      assert.strictEqual(yield* count, 1)
      yield* bob.call.MarkRead({ conversation, seq: last.seq })
      assert.strictEqual(yield* count, 0)
    }),
  )

  it.effect("ForwardMessage posts a text as it is now, with its author", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const said = yield* say(ann, conversation, `first, @${bob.username}`)
      const text = Body.make(`changed, @${bob.username}`)
      yield* ann.call.EditMessage({ commandId: commandId(), conversation, message: said.id, body: text })
      const { conversation: direct } = yield* bob.call.OpenDirect({ commandId: commandId(), user: eve.id })
      const command = { conversation: direct, id: messageId(), source: { conversation, seq: said.seq } }
      const [receipt, same] = yield* Effect.all([bob.call.ForwardMessage(command), bob.call.ForwardMessage(command)], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(same, receipt)
      const found = yield* messageAt(eve, direct, receipt.seq)
      assert.deepStrictEqual([found.body, found.author.id, found.mentions], [text, bob.id, []])
      assert.strictEqual(found.forwarded?.author.id, ann.id)
      const again = { conversation: direct, id: messageId(), source: { conversation: direct, seq: receipt.seq } }
      const { seq } = yield* eve.call.ForwardMessage(again)
      assert.strictEqual((yield* messageAt(bob, direct, seq)).forwarded?.author.id, ann.id)
      yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: said.id })
      assert.deepStrictEqual(yield* bob.call.ForwardMessage(command), receipt)
    }),
  )

  it.effect("ForwardMessage refuses what cannot be seen, is deleted, or goes where its caller may not write", () =>
    Effect.gen(function* () {
      const { ann, bob, conversation, before, meanwhile } = yield* roomWithGap
      const eve = yield* signUp()
      const { conversation: direct } = yield* bob.call.OpenDirect({ commandId: commandId(), user: eve.id })
      const forward = (by: Person, seq: Seq, to = direct) =>
        by.call.ForwardMessage({ conversation: to, id: messageId(), source: { conversation, seq } })
      yield* failure(forward(bob, meanwhile.seq), "MessageNotFound")
      yield* failure(forward(eve, before.seq), "MessageNotFound")
      yield* failure(forward(ann, before.seq), "ConversationNotFound")
      yield* failure(forward(eve, before.seq, conversation), "NotMember")
      yield* ann.call.DeleteMessage({ commandId: commandId(), conversation, message: before.id })
      yield* failure(forward(bob, before.seq), "MessageNotFound")
      const taken = { conversation: direct, id: meanwhile.id, source: { conversation: direct, seq: Seq.make(1) } }
      yield* failure(bob.call.ForwardMessage(taken), "MessageNotFound")
      const said = yield* say(eve, direct)
      const named = { ...taken, source: { conversation: direct, seq: said.seq } }
      assert.strictEqual((yield* failure(bob.call.ForwardMessage(named), "IdTaken")).id, meanwhile.id)
    }),
  )

  it.effect("who moderates a room deletes what others wrote there, and sees what it said before", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      yield* eve.call.JoinRoom({ commandId: commandId(), conversation })
      const message = (yield* say(bob, conversation, "one")).id
      const target = { conversation, message }
      yield* bob.call.EditMessage({ ...target, commandId: commandId(), body })
      yield* failure(eve.call.DeleteMessage({ ...target, commandId: commandId() }), "NotAuthor")
      yield* ann.call.SetMemberRole({ commandId: commandId(), conversation, user: eve.id, role: "moderator" })
      for (const person of [ann, eve]) {
        const [before] = yield* person.call.ListRevisions(target)
        assert.strictEqual(before?.body, "one")
        yield* failure(person.call.EditMessage({ ...target, commandId: commandId(), body }), "NotAuthor")
      }
      const { seq } = yield* eve.call.DeleteMessage({ ...target, commandId: commandId() })
      const { items } = yield* bob.call.ReadLog({ log: conversationLog(conversation), after: Seq.make(seq - 1) })
      const [deletion] = items.map((item) => (item._tag === "Event" ? item.event : undefined))
      assert.deepStrictEqual([deletion?.type, deletion?.actor?.id], ["MessageDeleted", eve.id])
      const said = yield* reply(eve, conversation, {}, Body.make("@room"))
      assert.strictEqual((yield* messageAt(bob, conversation, said.seq)).mentionsRoom, "room")
    }),
  )

  it.effect("ListRevisions shows the author what a message said before", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, conversation } = yield* room
      const { id: message, at } = yield* say(ann, conversation, "one")
      const target = { conversation, message }
      assert.deepStrictEqual(yield* ann.call.ListRevisions(target), [])
      const second = yield* ann.call.EditMessage({ ...target, commandId: commandId(), body: Body.make("two") })
      yield* ann.call.EditMessage({ ...target, commandId: commandId(), body: Body.make("three") })
      assert.deepStrictEqual(yield* ann.call.ListRevisions(target), [
        { body: Body.make("one"), at },
        { body: Body.make("two"), at: second.at },
      ])
      yield* failure(bob.call.ListRevisions(target), "NotAuthor")
      yield* failure(eve.call.ListRevisions(target), "NotMember")
      yield* failure(eve.call.ListRevisions({ ...target, conversation: nowhere() }), "ConversationNotFound")
      yield* failure(ann.call.ListRevisions({ ...target, message: messageId() }), "MessageNotFound")
      yield* ann.call.DeleteMessage({ ...target, commandId: commandId() })
      yield* failure(ann.call.ListRevisions(target), "MessageNotFound")
    }),
  )
}
