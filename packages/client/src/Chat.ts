/**
 * The client for everybody: promises, async iterables and callbacks, in Node from 22 on and in browsers. Programs on
 * Effect have the same as a service in `ChatClient`.
 *
 * ```ts
 * const chat = await connect({ url: "http://127.0.0.1:8080" })
 * await chat.logIn({ login: "alice", password, device: "my laptop" })
 * await chat.online()
 * const { conversation } = await chat.call("OpenDirect", { user: bob.id })
 * await chat.post(conversation, "Hello")
 * for await (const item of chat.events()) console.log(item)
 * ```
 *
 * What fails rejects with a `ChatError`, an `Error` that has a `_tag`: those of the server are listed in
 * `@chat/domain/Errors`, those of this side in `@chat/client/Errors`; `isChatError` tells them from all others. A call
 * whose `signal` is aborted rejects with the signal's reason.
 */
import { ChatRpcs } from "@chat/domain/Contract"
import { BadRequest } from "@chat/domain/Errors"
import type { MemberPage } from "@chat/domain/Conversation"
import type { ConversationId, LogId, MessageId } from "@chat/domain/Ids"
import type { HistoryPage } from "@chat/domain/Message"
import type { State } from "@chat/domain/state/State"
import type { LogPage } from "@chat/domain/Sync"
import type { Account } from "@chat/domain/User"
import type { Seq } from "@chat/domain/Values"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { toChatError } from "./ChatError.ts"
import { type Client, make, type Options } from "./Client.ts"
import type { CallTag, Payload, Success } from "./calls/Calls.ts"
import type { ConnectionStatus } from "./connection/ConnectionStatus.ts"
import { ChatClosed, WebSocketMissing } from "./Errors.ts"
import type { ChatEvent } from "./events/ChatEvent.ts"
import { readPage } from "./events/readLog.ts"
import { newCommandId } from "./ids.ts"
import type { Observable } from "./Observable.ts"
import type { OutboxEntry } from "./outbox/OutboxEntry.ts"
import type { Plain } from "./plain.ts"
import { timeline, type TimelineItem } from "./timeline/timeline.ts"
import { isCall } from "./wire/Codec.ts"
import { Transport, webTransport } from "./wire/Transport.ts"

export { type ChatError, isChatError } from "./ChatError.ts"
export type { Options } from "./Client.ts"
export type { CallTag, Success } from "./calls/Calls.ts"
export type { ConnectionStatus } from "./connection/ConnectionStatus.ts"
export type { ChatEvent } from "./events/ChatEvent.ts"
export type { OutboxEntry } from "./outbox/OutboxEntry.ts"
export type { TimelineItem } from "./timeline/timeline.ts"
export { newCommandId, newMessageId } from "./ids.ts"

/** What a call takes: ids and texts as plain strings. A `commandId` is made where none is given. */
export type Input<Tag extends CallTag> = { readonly [Each in CallTag]: Filled<Payload<Each>> }[Tag]

type Filled<P> = P extends { readonly commandId: unknown }
  ? Plain<Omit<P, "commandId">> & { readonly commandId?: string }
  : Plain<P>

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** A message that has been written down, and will be sent. */
export interface Posted {
  readonly id: MessageId
  /** Waits until the server has it, and tells its place in the conversation; rejects if the server does not take it. */
  readonly sent: () => Promise<Seq>
}

export interface Chat {
  /** Who is signed in; `null`: nobody. */
  readonly account: Account | null
  /** Makes an account and signs in to it. */
  readonly signUp: (input: Input<"SignUp">) => Promise<Account>
  /** Signs in, and begins to connect: `online` waits for that. Each time makes a session. */
  readonly logIn: (input: Input<"LogIn">) => Promise<Account>
  /** Ends the session. If the server cannot be reached it rejects with `Disconnected`, and one is still signed in. */
  readonly logOut: () => Promise<void>

  /**
   * Makes one call of the contract. It waits up to 30 seconds for a connection and is made again when its answer is
   * lost, which is safe for all but `LogIn` and `LogOut`: those reject with `Disconnected` instead.
   */
  readonly call: <const Tag extends CallTag>(
    tag: Tag,
    input: Input<Tag>,
    options?: CallOptions,
  ) => Promise<Success<Tag>>

  /**
   * Every durable event from now on: each once, those of a log in the order of `seq`, across reconnects and however slow
   * the loop is. Where a snapshot came instead, `Resynchronised` says so: at first each log that is new to this client
   * comes as one, with the reason `new`, and `readLog` has what is in it. Ends when the loop is left, the signal is
   * aborted or the chat is closed; rejects when the session has ended.
   */
  readonly events: (options?: CallOptions) => AsyncIterableIterator<ChatEvent>
  /** What follows `after` in a log, to its end as of now. Never skips. */
  readonly readLog: (
    log: string,
    after: number,
    options?: CallOptions,
  ) => AsyncIterableIterator<LogPage["items"][number]>

  /** What is known of the server's state. A new object after each change; what has not changed is the same as before. */
  readonly state: State
  /** Calls back after each change, until the function that it returns is called. */
  readonly onState: (listener: (state: State) => void) => () => void
  readonly connection: ConnectionStatus
  readonly onConnection: (listener: (status: ConnectionStatus) => void) => () => void
  /**
   * Waits until the connection is `Online`: `state` then holds everything that had happened. However long that takes;
   * rejects with `Unauthenticated` when nobody is signed in, or not any more.
   */
  readonly online: (options?: CallOptions) => Promise<void>
  /** Connects at once if offline; looks whether the connection still lives if online. A browser's `online` does it too. */
  readonly reconnect: () => void

  /** Fetches messages into the state, the newest unless told. */
  readonly history: (
    conversation: string,
    options?: CallOptions & { readonly before?: number; readonly after?: number; readonly limit?: number },
  ) => Promise<HistoryPage>
  /** Fetches members into the state, from the beginning of the list unless told. */
  readonly members: (
    conversation: string,
    options?: CallOptions & { readonly after?: string; readonly limit?: number },
  ) => Promise<MemberPage>
  /** Says that everything up to `seq` has been read, there or in a thread. Call it as often as you like. */
  readonly markRead: (conversation: string, seq: number, options?: { readonly thread?: number }) => Promise<void>
  /**
   * Keeps what is being written there for every device of the account; a blank text removes it. Call it with every key,
   * and with an empty text when the message is sent: it goes out once a second, and is done when the server has it.
   */
  readonly setDraft: (conversation: string, text: string, options?: { readonly thread?: number }) => Promise<void>

  /**
   * Says what is in view: from now on, also after the connection was lost, `presence` tells how its members and all
   * friends are seen, by id, and `typing` who is writing there.
   */
  readonly watch: (conversations: ReadonlyArray<string>) => Promise<void>
  readonly presence: State["presence"]
  readonly onPresence: (listener: (presence: State["presence"]) => void) => () => void
  readonly typing: State["typing"]
  readonly onTyping: (listener: (typing: State["typing"]) => void) => () => void
  /** Says that somebody is writing there. Call it with every key; it goes out every three seconds. */
  readonly startTyping: (conversation: string, thread?: string) => void
  /** Says that somebody is there, which most calls do by themselves. Call it with every key. */
  readonly active: () => void

  /**
   * Writes a message down and sends it as soon as can be, in order and exactly once. With the `id` of an earlier one
   * nothing more is sent.
   */
  readonly post: (
    conversation: string,
    body: string,
    options?: { readonly id?: string; readonly replyTo?: number; readonly thread?: number },
  ) => Promise<Posted>
  /** What is on its way. */
  readonly outbox: ReadonlyArray<OutboxEntry>
  readonly onOutbox: (listener: (outbox: ReadonlyArray<OutboxEntry>) => void) => () => void
  /** Sends a failed message again. */
  readonly retry: (id: string) => Promise<void>
  /** Takes back a message that has failed or was never sent. `false`: it is too late. */
  readonly cancel: (id: string) => Promise<boolean>
  /** What is shown of a conversation: what is loaded, then what is on its way. Changes with `onState` and `onOutbox`. */
  readonly timeline: (conversation: string) => ReadonlyArray<TimelineItem>

  /** Ends everything. What is not sent stays in the outbox store. */
  readonly close: () => Promise<void>
}

/** Makes a chat. It connects as soon as somebody is signed in, which a token store may remember. */
export const connect = async (options: Options): Promise<Chat> => {
  if (typeof WebSocket === "undefined") throw new WebSocketMissing()
  const scope = Scope.makeUnsafe()
  const client = await Effect.runPromise(
    make(options).pipe(Scope.provide(scope), Effect.provideService(Transport, webTransport)),
  ).catch((error: unknown) => Promise.reject(toChatError(error)))
  const closed = Deferred.makeUnsafe<never, ChatClosed>()
  const stopHints = onHint(() => void Effect.runFork(client.reconnect))
  return chatOf(client, Deferred.await(closed), async () => {
    stopHints()
    Deferred.doneUnsafe(closed, Exit.fail(new ChatClosed()))
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })
}

const chatOf = (client: Client, closed: Effect.Effect<never, ChatClosed>, close: () => Promise<void>): Chat => {
  const run = async <A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal): Promise<A> => {
    signal?.throwIfAborted()
    try {
      return await Effect.runPromise(Effect.raceFirst(closed, effect), signal === undefined ? {} : { signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw toChatError(error)
    }
  }
  // Plain ids and numbers are what they are said to be, or the call refuses them with `BadRequest`.
  const conversationId = (id: string) => id as ConversationId

  return {
    get account() {
      return client.account()
    },
    signUp: (input) => run(client.signUp(input as Payload<"SignUp">)),
    logIn: (input) => run(client.logIn(input as Payload<"LogIn">)),
    logOut: () => run(client.logOut),
    call: (tag, input, { signal } = {}) => run(called(client, tag, input), signal),
    events: ({ signal } = {}) => events(client, run, signal),
    readLog: (log, after, { signal } = {}) => readLog(client, run, log as LogId, after, signal),
    get state() {
      return client.state.get()
    },
    onState: listenTo(client.state),
    get connection() {
      return client.connection.get()
    },
    onConnection: listenTo(client.connection),
    online: ({ signal } = {}) => run(client.online, signal),
    reconnect: () => void Effect.runFork(client.reconnect),
    history: (conversation, { signal, ...options } = {}) =>
      run(client.history(conversationId(conversation), options as Parameters<Client["history"]>[1]), signal),
    members: (conversation, { signal, ...options } = {}) =>
      run(client.members(conversationId(conversation), options), signal),
    markRead: (conversation, seq, { thread } = {}) =>
      run(client.markRead(conversationId(conversation), seq as Seq, thread as Seq | undefined)),
    setDraft: (conversation, text, { thread } = {}) =>
      run(client.setDraft(conversationId(conversation), text, thread as Seq | undefined)),
    watch: (conversations) => run(client.watch(conversations.map(conversationId))),
    get presence() {
      return client.presence.get()
    },
    onPresence: listenTo(client.presence),
    get typing() {
      return client.typing.get()
    },
    onTyping: listenTo(client.typing),
    startTyping: (conversation, thread) =>
      void Effect.runFork(client.startTyping(conversationId(conversation), thread as MessageId | undefined)),
    active: () => void Effect.runFork(client.active),
    post: async (conversation, body, options) => {
      const posted = client.post(
        conversationId(conversation),
        body as Payload<"PostMessage">["body"],
        options as Parameters<Client["post"]>[2],
      )
      const { id, sent } = await run(posted)
      return { id, sent: () => run(sent) }
    },
    get outbox() {
      return client.outbox.get()
    },
    onOutbox: listenTo(client.outbox),
    retry: (id) => run(client.retry(id as MessageId)),
    cancel: (id) => run(client.cancel(id as MessageId)),
    timeline: (conversation) => timeline(client.state.get(), client.outbox.get(), conversationId(conversation)),
    close,
  }
}

// Where there are no types, the name may be anything. The call itself checks that the input is what it takes.
const called = <const Tag extends CallTag>(client: Client, tag: Tag, input: unknown) =>
  isCall(tag)
    ? client.rpc<Tag>(tag, completed(tag, input) as Payload<Tag>)
    : Effect.fail(new BadRequest({ detail: `there is no call ${String(tag)}` }))

type Run = <A, E>(effect: Effect.Effect<A, E>, signal?: AbortSignal) => Promise<A>

const takesCommandId = (tag: CallTag): boolean => {
  const payload: object | undefined = ChatRpcs.requests.get(tag)?.payloadSchema
  return payload !== undefined && "fields" in payload && "commandId" in Object(payload.fields)
}
const completed = (tag: CallTag, input: unknown): unknown =>
  takesCommandId(tag) && typeof input === "object" ? { commandId: newCommandId(), ...input } : input

const events = (client: Client, run: Run, signal: AbortSignal | undefined): AsyncIterableIterator<ChatEvent> => {
  const scope = Scope.makeUnsafe()
  // From now on, not from the first turn of the loop on.
  const subscription = Effect.runSync(client.subscribe.pipe(Scope.provide(scope)))
  const generate = async function* () {
    try {
      for (;;) yield* await run(subscription.take, signal)
    } catch (error) {
      if (signal?.aborted !== true && !(error instanceof ChatClosed)) throw error
    } finally {
      Effect.runSync(Scope.close(scope, Exit.void))
    }
  }
  return generate()
}

const readLog = async function* (client: Client, run: Run, log: LogId, after: number, signal: AbortSignal | undefined) {
  for (let position = { log, after }; ;) {
    const [page, next] = await run(readPage(client.rpc, position), signal)
    yield* page.items
    if (next === null) return
    position = next
  }
}

// A listener that throws is a fault of the program, and is reported as one; the client goes on.
const listenTo =
  <A>(observable: Observable<A>) =>
  (listener: (value: A) => void): (() => void) =>
    observable.subscribe((value) => {
      try {
        listener(value)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    })

// In a browser: the network is back, or the page is looked at again.
const onHint = (hint: () => void): (() => void) => {
  if (typeof window === "undefined") return () => {}
  const stop = new AbortController()
  window.addEventListener("online", hint, { signal: stop.signal })
  window.addEventListener("pageshow", hint, { signal: stop.signal })
  return () => stop.abort()
}
