// A device of somebody: the shipped client, and what it was told, which is held against what is so.
import * as Client from "@chat/client/Client"
import type { ChatEvent } from "@chat/client/events/ChatEvent"
import { memoryOutboxStore, type OutboxStore } from "@chat/client/outbox/OutboxStore"
import { memoryStateStore, type StateStore } from "@chat/client/keeping/StateStore"
import { type Credentials, memoryTokenStore, type TokenStore } from "@chat/client/session/TokenStore"
import { Transport } from "@chat/client/wire/Transport"
import { type ConversationId, conversationLog, type LogId, type MessageId } from "@chat/domain/Ids"
import { cursors } from "@chat/domain/state/State"
import { Body } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { World } from "../world/World.ts"
import { Reader } from "./Reader.ts"

/** A message that somebody wrote. */
export interface Posted {
  readonly id: MessageId
  readonly device: string
  readonly conversation: ConversationId
  /** Where the device was told that it is. */
  seq: number | undefined
  /** Why the device was told that it is not taken. */
  refusal: string | undefined
  /** Its device was signed out, and may not have got to it. */
  readonly mayBeMissing: () => boolean
}

/** What all devices of a world were told. */
export interface Knowledge {
  readonly posted: Array<Posted>
  /** The last `seq` of each log that anybody was told of: whoever catches up from now on has it. */
  readonly heads: Map<LogId, number>
  readonly problems: Array<string>
}

export class Device {
  readonly name: string
  readonly credentials: Credentials
  client: Client.Client | undefined
  /** Somebody has ended its session. */
  isRevoked = false
  private isKilled = false
  private scope = Scope.makeUnsafe()
  private readonly tokenStore: TokenStore
  private readonly outboxStore: OutboxStore = memoryOutboxStore()
  private readonly stateStore: StateStore = memoryStateStore()
  private readonly world: World
  private readonly transport: Transport["Service"]
  /** What was known when it connected, which it has to have when it has caught up. */
  private expected: ReadonlyMap<LogId, number> = new Map()
  private readonly knowledge: Knowledge
  private readonly silence: number

  constructor(
    name: string,
    credentials: Credentials,
    world: World,
    transport: Transport["Service"],
    knowledge: Knowledge,
    silence: number,
  ) {
    this.name = name
    this.credentials = credentials
    this.tokenStore = memoryTokenStore(credentials)
    this.world = world
    const noteKnown = Effect.sync(() => void (this.expected = new Map(knowledge.heads)))
    this.transport = { ...transport, open: (url, receiver) => Effect.tap(transport.open(url, receiver), noteKnown) }
    this.knowledge = knowledge
    this.silence = silence
  }

  /** Starts the program, with whatever it kept from before. */
  readonly start: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    const scope = (this.scope = Scope.makeUnsafe())
    const client = yield* Client.make({
      url: "http://chat.world",
      tokenStore: this.tokenStore,
      outboxStore: this.outboxStore,
      stateStore: { ...this.stateStore, save: (text) => this.save(text) },
      silence: this.silence,
    }).pipe(Effect.provideService(Transport, this.transport), Scope.provide(scope), Effect.orDie)
    this.client = client
    const complain = (problem: string) => this.complain(problem)
    const reader = new Reader(complain)
    client.state.subscribe((state) => reader.state(state))
    client.connection.subscribe((status) => {
      this.world.note(`${this.name} ${status._tag}`, () => JSON.stringify(status))
      if (status._tag === "Online") this.checkCaughtUp(client)
    })
    const subscription = yield* client.subscribe.pipe(Scope.provide(scope))
    const read = Effect.forever(
      Effect.map(subscription.take, (events) => {
        for (const event of events) this.take(reader, event)
      }),
    )
    yield* Effect.forkIn(Effect.ignore(read), scope)
  })

  /** Ends the program, as whoever runs it may at any moment. What it has written down stays. */
  readonly stop: Effect.Effect<void> = Effect.suspend(() => {
    this.world.note(`${this.name} stops`)
    this.client = undefined
    return Scope.close(this.scope, Exit.void)
  })

  /** The same without a last word: what was not written down is lost. */
  readonly kill: Effect.Effect<void> = Effect.suspend(() => {
    this.isKilled = true
    return Effect.ensuring(
      this.stop,
      Effect.sync(() => void (this.isKilled = false)),
    )
  })

  private readonly save = async (text: string): Promise<void> => {
    if (!this.isKilled) await this.stateStore.save(text)
  }

  readonly post = (conversation: ConversationId, text: string): Effect.Effect<void> =>
    Effect.gen({ self: this }, function* () {
      const { client, scope, knowledge, name } = this
      if (client === undefined) return
      const { id, sent } = yield* client.post(conversation, Body.make(text))
      const mayBeMissing = () => this.isRevoked
      const posted: Posted = { id, device: name, conversation, seq: undefined, refusal: undefined, mayBeMissing }
      knowledge.posted.push(posted)
      this.world.note(`${name} posts ${text.trim().slice(0, 20)}`)
      const heard = Effect.match(sent, {
        onSuccess: (seq) => {
          posted.seq = seq
          this.learn(conversationLog(conversation), seq)
        },
        onFailure: ({ _tag }) => void (posted.refusal = _tag),
      })
      yield* Effect.forkIn(heard, scope)
    }).pipe(Effect.ignore)

  /** Whether it has nothing left to do. */
  readonly isQuiet = (): boolean =>
    this.client !== undefined &&
    this.client.connection.get()._tag === "Online" &&
    this.client.outbox.get().every(({ status }) => status._tag === "Failed")

  readonly describe = (): string =>
    `${JSON.stringify(this.client?.connection.get())} ${JSON.stringify(this.client?.outbox.get())}`

  private checkCaughtUp(client: Client.Client): void {
    for (const { log, seq } of cursors(client.state.get())) {
      const expected = this.expected.get(log) ?? 0
      if (seq < expected) this.complain(`has caught up, and is at ${seq} of ${expected} in ${log}`)
    }
  }

  private take(reader: Reader, event: ChatEvent): void {
    reader.event(event)
    if (event._tag !== "Event") return
    const { log, seq } = event.event
    this.world.note(`${this.name} reads ${event.event.type} ${seq}`)
    this.learn(log, seq)
  }

  private learn(log: LogId, seq: number): void {
    this.knowledge.heads.set(log, Math.max(seq, this.knowledge.heads.get(log) ?? 0))
  }

  private complain(problem: string): void {
    this.knowledge.problems.push(`${this.name} ${problem}`)
  }
}
