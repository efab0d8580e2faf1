import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { makeClient } from "./client.ts"
import { type It, makeRoom, signUp } from "./people.ts"

export const roomOperations = (it: It): void => {
  it.effect("makes, finds, joins and leaves rooms", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const room = yield* makeRoom(call, ann.token)
      const members = { token: bob.token, path: { room } }
      assert.strictEqual((yield* call("members.list", members)).status, 403)
      const joined = yield* call("members.join", { ...members, headers: { "idempotency-key": "join" } })
      const again = yield* call("members.join", { ...members, headers: { "idempotency-key": "join" } })
      assert.deepStrictEqual(again.body, joined.body)
      const { body } = yield* call("members.list", { ...members, query: { limit: "1" } })
      const page: { readonly next: string; readonly members: ReadonlyArray<{ readonly user: object }> } = body
      const rest = yield* call("members.list", { ...members, query: { after: page.next } })
      const all = [...page.members, ...(rest.body as typeof page).members].map(({ user }) => user)
      assert.deepStrictEqual(
        all,
        [ann, bob].map(({ id, username }) => ({ id, username })),
      )
      const conversation = { token: bob.token, path: { conversation: room } }
      assert.strictEqual((yield* call("conversations.members", conversation)).status, 200)
      assert.deepInclude((yield* call("conversations.get", conversation)).body, { id: room, kind: "room" })
      const delivered = { ...conversation, body: { seq: 1 } }
      assert.strictEqual((yield* call("conversations.delivered", delivered)).status, 204)
      const marks = yield* call("conversations.marks", { ...conversation, token: ann.token })
      assert.include(JSON.stringify(marks.body), `"user":"${bob.id}","delivered":1`)
      const { body: listed } = yield* call("conversations.list", { token: bob.token })
      const { conversations }: { readonly conversations: ReadonlyArray<{ readonly id: string }> } = listed
      assert.include(
        conversations.map(({ id }) => id),
        room,
      )
      assert.strictEqual((yield* call("members.leave", members)).status, 200)
      assert.strictEqual((yield* call("members.list", members)).status, 403)
      assert.strictEqual((yield* call("rooms.list", { token: bob.token, query: { query: "room" } })).status, 200)
    }),
  )

  it.effect("keeps order in a room, for whoever may", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const ann = yield* signUp(call)
      const bob = yield* signUp(call)
      const eve = yield* signUp(call)
      const room = yield* makeRoom(call, ann.token)
      const owner = { token: ann.token, path: { room } }
      const member = { token: bob.token, path: { room } }
      const password = "a word for the garden"
      assert.strictEqual(
        (yield* call("rooms.update", { ...owner, body: { access: "password", password } })).status,
        200,
      )
      assert.strictEqual((yield* call("members.join", member)).status, 403)
      assert.strictEqual((yield* call("members.join", { ...member, body: { password: "a wrong word" } })).status, 403)
      assert.strictEqual((yield* call("members.join", { ...member, body: { password } })).status, 200)
      assert.strictEqual((yield* call("rooms.update", { ...member, body: { topic: "Mine" } })).status, 403)
      const bobs = { token: ann.token, path: { room, user: bob.id } }
      assert.strictEqual((yield* call("members.setRole", { ...bobs, body: { role: "moderator" } })).status, 200)
      yield* call("members.join", { token: eve.token, path: { room }, body: { password } })
      const eves = { token: bob.token, path: { room, user: eve.id } }
      assert.strictEqual((yield* call("members.kick", eves)).status, 200)
      const ban = { reason: "rude", until: "2099-01-01T00:00:00.000Z" }
      assert.strictEqual((yield* call("members.ban", { ...eves, body: ban })).status, 200)
      const outside = yield* call("members.join", { token: eve.token, path: { room }, body: { password } })
      assert.deepInclude(outside.body, { tag: "Banned", status: 403 })
      const { body } = yield* call("members.bans", { ...member, query: { limit: "5" } })
      const { bans }: { readonly bans: ReadonlyArray<{ readonly reason: string }> } = body
      assert.deepStrictEqual(
        bans.map(({ reason }) => reason),
        ["rude"],
      )
      assert.strictEqual((yield* call("members.unban", eves)).status, 200)
      const made = yield* call("members.makeLink", { ...owner, body: { uses: 1 } })
      assert.strictEqual(made.status, 201)
      const { seq, token: link }: { readonly seq: number; readonly token: string } = made.body
      const listed = yield* call("members.links", owner)
      const { links }: { readonly links: ReadonlyArray<Record<string, unknown>> } = listed.body
      assert.deepInclude(links[0], { link: seq, uses: 1, used: 0 })
      const eveComes = { token: eve.token, path: { room } }
      assert.strictEqual((yield* call("members.join", { ...eveComes, body: { link } })).status, 200)
      const spent = yield* call("members.join", { token: (yield* signUp(call)).token, path: { room }, body: { link } })
      assert.deepInclude(spent.body, { tag: "InviteInvalid", status: 410 })
      const gone = { token: ann.token, path: { room, link: String(seq) } }
      assert.strictEqual((yield* call("members.revokeLink", gone)).status, 200)
      assert.strictEqual((yield* call("rooms.delete", member)).status, 403)
      assert.strictEqual((yield* call("rooms.transfer", { ...owner, body: { user: bob.id } })).status, 200)
      const asked = { ...member, headers: { "idempotency-key": "the end of it" } }
      const ended = yield* call("rooms.delete", asked)
      assert.strictEqual(ended.status, 200)
      assert.deepStrictEqual((yield* call("rooms.delete", asked)).body, ended.body)
      assert.strictEqual((yield* call("members.list", owner)).status, 404)
    }),
  )

  it.effect("invites somebody to a room, who comes or does not", () =>
    Effect.gen(function* () {
      const call = yield* makeClient
      const [ann, bob] = [yield* signUp(call), yield* signUp(call)]
      const room = yield* makeRoom(call, ann.token)
      yield* call("rooms.update", { token: ann.token, path: { room }, body: { access: "private" } })
      const toBob = { token: ann.token, path: { room, user: bob.id } }
      const ofBob = { token: bob.token, path: { room } }
      const waiting = Effect.fnUntraced(function* () {
        const [received, sent] = [
          yield* call("invitations.received", { token: bob.token }),
          yield* call("invitations.sent", { token: ann.token, path: { room } }),
        ]
        return [JSON.stringify(received.body).includes(room), JSON.stringify(sent.body).includes(bob.id)]
      })
      assert.strictEqual((yield* call("invitations.invite", toBob)).status, 200)
      assert.deepStrictEqual(yield* waiting(), [true, true])
      assert.strictEqual((yield* call("invitations.decline", ofBob)).status, 200)
      assert.deepStrictEqual(yield* waiting(), [false, false])
      yield* call("invitations.invite", toBob)
      assert.strictEqual((yield* call("invitations.revoke", toBob)).status, 200)
      assert.deepStrictEqual(yield* waiting(), [false, false])
      yield* call("invitations.invite", toBob)
      assert.strictEqual((yield* call("members.join", ofBob)).status, 200)
      assert.deepInclude((yield* call("invitations.invite", toBob)).body, { tag: "AlreadyMember", status: 409 })
    }),
  )
}
