// People who use a node over some transport, and what they expect of its answers.
import { CommandId, MessageId } from "@chat/domain/Ids"
import type { SyncItem } from "@chat/domain/Sync"
import { Body, DeviceName, Email, RoomName, Topic, Username } from "@chat/domain/Values"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { type Client, Transport } from "./transports.ts"

export const commandId = () => CommandId.make(randomUUID())
export const messageId = () => MessageId.make(randomUUID())
export const password = "correct horse battery"
export const device = DeviceName.make("laptop")

let made = 0

/** A name that nobody has. */
export const newName = () => Username.make(`person.${process.pid}.${++made}`)
export const newRoomName = () => RoomName.make(`Room-${process.pid}-${++made}`)
export const emailOf = (username: Username) => Email.make(`${username}@example.org`)

/** Everything that this file has met, such as `PostMessage: TooLarge`. */
export const met = new Set<string>()

const note = (call: string) => (outcome: unknown) =>
  Effect.sync(() => {
    const isTagged = typeof outcome === "object" && outcome !== null && "_tag" in outcome
    met.add(`${call}: ${isTagged ? String(outcome._tag) : "success"}`)
  })

const noting = (client: Client): Client =>
  new Proxy(client, {
    get: (target, call: keyof Client) => (input: never, options: never) => {
      const result = target[call](input, options)
      const success = () => note(call)(undefined)
      return Stream.isStream(result)
        ? result.pipe(Stream.tap(success), Stream.tapError(note(call)))
        : // No call is made with `asQueue`, which is what else a result can be.
          (result as Effect.Effect<unknown, { readonly _tag: string }>).pipe(
            Effect.tap(success),
            Effect.tapError(note(call)),
          )
    },
  })

/** A connection whose calls are noted. */
export const connect = Effect.gen(function* () {
  const { connect } = yield* Transport
  const connection = yield* connect
  return { connection, call: noting(connection.client) }
})

export const signUp = Effect.fnUntraced(function* (username = newName()) {
  const { connection, call } = yield* connect
  const { account, session, tokens } = yield* call.SignUp({
    commandId: commandId(),
    username,
    email: emailOf(username),
    password,
    device,
  })
  connection.token = tokens.accessToken
  return { id: account.id, username, account, session, tokens, call, connection }
})

export type Person = Effect.Success<ReturnType<typeof signUp>>

/** The same person on another connection, with the same session. */
export const again = Effect.fnUntraced(function* (person: Pick<Person, "connection">) {
  const { connection, call } = yield* connect
  connection.token = person.connection.token
  return { connection, call }
})

/** The failure that is expected, and no other. */
export const failure = <A, E extends { readonly _tag: string }, R, const Tag extends E["_tag"]>(
  effect: Effect.Effect<A, E, R>,
  tag: Tag,
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, never, R> =>
  Effect.matchEffect(effect, {
    onSuccess: (value) => Effect.die(new Error(`${tag} was expected, and came: ${JSON.stringify(value)}`)),
    onFailure: (error) => {
      assert.strictEqual(error._tag, tag, error instanceof Error ? error.message : undefined)
      // The line above says so.
      return Effect.succeed(error as Extract<E, { readonly _tag: Tag }>)
    },
  })

export const makeRoom = Effect.fnUntraced(function* (
  { call }: Pick<Person, "call">,
  history: "all" | "joined" = "all",
) {
  const name = newRoomName()
  const receipt = yield* call.CreateRoom({ commandId: commandId(), name, topic: Topic.make("about"), history })
  return { ...receipt, name }
})

export const say = Effect.fnUntraced(function* (
  { call }: Pick<Person, "call">,
  conversation: Parameters<Client["GetConversation"]>[0]["conversation"],
  text = "hello",
) {
  const id = messageId()
  return { id, ...(yield* call.PostMessage({ conversation, id, body: Body.make(text) })) }
})

/** A `Sync` whose items can be taken one by one. */
export const follow = Effect.fnUntraced(function* (
  { call }: Pick<Person, "call">,
  request: Parameters<Client["Sync"]>[0] = { cursors: [] },
) {
  const items = yield* Queue.unbounded<SyncItem>()
  const fiber = yield* call.Sync(request).pipe(
    Stream.runForEach((item) => Queue.offer(items, item)),
    Effect.forkScoped,
  )
  return { items, ended: Fiber.join(fiber), stop: Fiber.interrupt(fiber) }
})

export const isCaughtUp = (item: SyncItem) => item._tag === "CaughtUp"
