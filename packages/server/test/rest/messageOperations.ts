import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { makeClient } from "./client.ts"
import { bodies, type It, makeRoom, type Message, signUp } from "./people.ts"

export const messageOperations = (it: It): void => {
  it.effect("finds messages, for whoever can see them", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const eve = yield* signUp(call)
      const conversation = yield* makeRoom(call, ann.token)
      const body = { body: "the aubergines are ripe" }
      yield* call("messages.post", { token: ann.token, path: { conversation }, body })
      const find = (token: string) => call("search.messages", { token, query: { q: "aubergines", limit: "10" } })
      const { hits }: { readonly hits: ReadonlyArray<{ readonly message: Message }> } = (yield* find(ann.token)).body
      assert.deepStrictEqual(
        hits.map(({ message }) => message.body),
        [body.body],
      )
      assert.deepStrictEqual((yield* find(eve.token)).body, { hits: [], next: null })
      const nonsense = { q: "has:nothing" }
      assert.strictEqual((yield* call("search.messages", { token: ann.token, query: nonsense })).status, 400)
    }),
  )

  it.effect("posts a message once, however often it is asked to", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const { token } = yield* signUp(call)
      const path = { conversation: yield* makeRoom(call, token) }
      const post = (body: object, key?: string) =>
        call("messages.post", { token, path, body, headers: key === undefined ? {} : { "idempotency-key": key } })
      const id = randomUUID()
      const uuid = randomUUID()
      for (const [text, given, key] of [
        ["by its id", { id }, undefined],
        ["by a name", {}, "my first message"],
        ["by a UUID", {}, uuid.toUpperCase()],
        ["by a quoted UUID", {}, `"${randomUUID()}"`],
      ] as const) {
        const first = yield* post({ ...given, body: text }, key)
        const second = yield* post({ ...given, body: `${text}, again` }, key)
        assert.strictEqual(first.status, 201)
        assert.deepStrictEqual(second.body, first.body)
      }
      yield* post({ body: "by nothing" })
      yield* post({ body: "by nothing" })
      const { body } = yield* call("messages.list", { token, path })
      const page: { readonly messages: ReadonlyArray<Message> } = body
      assert.deepStrictEqual(bodies(page), [
        "by its id",
        "by a name",
        "by a UUID",
        "by a quoted UUID",
        "by nothing",
        "by nothing",
      ])
      assert.strictEqual(page.messages[0]?.id, id)
      assert.strictEqual(page.messages[2]?.id, uuid)
      const before = yield* call("messages.list", { token, path, query: { before: "4", limit: "1" } })
      assert.deepStrictEqual(bodies(before.body), ["by a name"])
      assert.strictEqual((yield* call("conversations.markRead", { token, path, body: { seq: 3 } })).status, 200)
      const both = yield* call("messages.list", { token, path, query: { before: "4", after: "1" } })
      assert.strictEqual(both.status, 400)
    }),
  )

  it.effect("one person's name for a command is not another's", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const room = yield* makeRoom(call, ann.token)
      yield* call("members.join", { token: bob.token, path: { room } })
      const asked = { path: { conversation: room }, headers: { "idempotency-key": "hello" } }
      yield* call("messages.post", { ...asked, token: ann.token, body: { body: "from ann" } })
      const second = yield* call("messages.post", { ...asked, token: bob.token, body: { body: "from bob" } })
      assert.strictEqual(second.status, 201)
      const { body } = yield* call("messages.list", { token: ann.token, path: { conversation: room } })
      assert.deepStrictEqual(bodies(body), ["from ann", "from bob"])
    }),
  )

  it.effect("edits and deletes by the message alone, for whoever may", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const eve = yield* signUp(call)
      const room = yield* makeRoom(call, ann.token)
      yield* call("members.join", { token: bob.token, path: { room } })
      const { body } = yield* call("messages.post", {
        token: ann.token,
        path: { conversation: room },
        body: { body: "first" },
      })
      const { message }: { readonly message: string } = body
      const path = { message }
      const edit = (token: string) => call("messages.edit", { token, path, body: { body: "second" } })
      assert.strictEqual((yield* edit(ann.token)).status, 200)
      assert.strictEqual((yield* edit(bob.token)).status, 403)
      // Whoever cannot see it does not learn that it exists.
      assert.strictEqual((yield* edit(eve.token)).status, 404)
      assert.strictEqual((yield* call("messages.delete", { token: eve.token, path })).status, 404)
      const asked = { token: ann.token, path, headers: { "idempotency-key": randomUUID() } }
      const first = yield* call("messages.delete", asked)
      assert.deepStrictEqual((yield* call("messages.delete", asked)).body, first.body)
      assert.strictEqual((yield* edit(ann.token)).status, 404)
    }),
  )

  it.effect("talks to somebody without a conversation", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const list = (person: typeof ann, other: typeof ann) =>
        call("messages.listDirect", { token: person.token, path: { user: other.id } })
      const empty = yield* list(ann, bob)
      assert.deepInclude(empty.body, { conversation: null, messages: [] })
      // Looking is not beginning.
      const { body } = yield* call("conversations.list", { token: bob.token })
      assert.notInclude(JSON.stringify(body), ann.username)
      const asked = { token: ann.token, path: { user: bob.id }, headers: { "idempotency-key": "hello bob" } }
      const first = yield* call("messages.postDirect", { ...asked, body: { body: "hello" } })
      const second = yield* call("messages.postDirect", { ...asked, body: { body: "hello" } })
      assert.strictEqual(first.status, 201)
      assert.deepStrictEqual(second.body, first.body)
      assert.deepStrictEqual(bodies((yield* list(bob, ann)).body), ["hello"])
      const nobody = { token: ann.token, path: { user: randomUUID() } }
      assert.strictEqual((yield* call("messages.listDirect", nobody)).status, 404)
      assert.strictEqual((yield* call("messages.postDirect", { ...nobody, body: { body: "?" } })).status, 404)
    }),
  )

  it.effect("answers, in a thread and with a quote, forwards, and keeps earlier texts for the author", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const { token } = ann
      const conversation = yield* makeRoom(call, token)
      const other = yield* makeRoom(call, token)
      yield* call("members.join", { token: bob.token, path: { room: conversation } })
      const post = (body: object) => call("messages.post", { token, path: { conversation }, body })
      const first = yield* post({ body: "a question" })
      const root: { readonly seq: number; readonly message: string } = first.body
      yield* post({ body: "an answer", thread: root.seq, replyTo: root.seq })
      const path = { conversation, root: String(root.seq) }
      const thread = yield* call("messages.thread", { token, path, query: { limit: "5" } })
      assert.deepStrictEqual(bodies(thread.body), ["an answer"])
      const threads = yield* call("messages.threads", { token, query: { conversation } })
      assert.include(JSON.stringify(threads.body), "a question")
      assert.strictEqual((yield* post({ body: "nothing", thread: 4_000 })).status, 404)

      const some = (...seqs: ReadonlyArray<number>) =>
        call("messages.some", { token, path: { conversation }, query: { seqs: seqs.map(String) } })
      assert.deepStrictEqual(bodies((yield* some(root.seq)).body), ["a question"])
      assert.deepStrictEqual(bodies((yield* some(root.seq + 1, 4_000, root.seq)).body), ["a question", "an answer"])
      assert.strictEqual((yield* some()).status, 400)

      const forward = (to: string, whose: string, seq: number) =>
        call("messages.forward", {
          token: whose,
          path: { conversation: to },
          body: { source: { conversation, seq } },
          headers: { "idempotency-key": "forward" },
        })
      const forwarded = yield* forward(other, token, root.seq)
      assert.strictEqual(forwarded.status, 201)
      assert.deepStrictEqual((yield* forward(other, token, root.seq)).body, forwarded.body)
      assert.strictEqual((yield* forward(other, bob.token, root.seq)).status, 403)

      const message = { message: root.message }
      yield* call("messages.edit", { token, path: message, body: { body: "a better question" } })
      const { body } = yield* call("messages.revisions", { token, path: message })
      const revisions: ReadonlyArray<{ readonly body: string }> = body
      assert.deepStrictEqual(
        revisions.map((revision) => revision.body),
        ["a question"],
      )
      assert.strictEqual((yield* call("messages.revisions", { token: bob.token, path: message })).status, 403)
    }),
  )

  it.effect("talks in a group", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const [ann, bob, eve, dan] = [yield* signUp(call), yield* signUp(call), yield* signUp(call), yield* signUp(call)]
      const opened = yield* call("groups.open", { token: ann.token, body: { users: [bob.id, eve.id] } })
      assert.strictEqual(opened.status, 201)
      const { conversation: group }: { readonly conversation: string } = opened.body
      const said = { path: { conversation: group }, body: { body: "just us" } }
      assert.strictEqual((yield* call("messages.post", { token: bob.token, ...said })).status, 201)
      const added = yield* call("groups.add", { token: eve.token, path: { group, user: dan.id } })
      assert.strictEqual(added.status, 200)
      const { body } = yield* call("messages.list", { token: dan.token, path: { conversation: group } })
      assert.deepStrictEqual(bodies(body), ["just us"])
      assert.strictEqual((yield* call("groups.leave", { token: dan.token, path: { group } })).status, 200)
      assert.strictEqual((yield* call("messages.post", { token: dan.token, ...said })).status, 404)
    }),
  )
}
