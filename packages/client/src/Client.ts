/** A client in one piece: what `ChatClient` offers to programs on Effect, and `Chat` to all others. */
import { Unauthenticated } from "@chat/domain/Errors"
import type { State } from "@chat/domain/state/State"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Calls from "./calls/Calls.ts"
import * as Connection from "./connection/Connection.ts"
import type { ConnectionStatus, Online } from "./connection/ConnectionStatus.ts"
import * as SetDraft from "./drafts/setDraft.ts"
import { Subscription } from "./events/Subscription.ts"
import * as Fetching from "./fetching/Fetching.ts"
import * as Keeping from "./keeping/keeping.ts"
import type { StateStore } from "./keeping/StateStore.ts"
import { makeCalls } from "./http/makeCalls.ts"
import { type Observable, when } from "./Observable.ts"
import type { StoreFailed } from "./Errors.ts"
import * as Outbox from "./outbox/Outbox.ts"
import { memoryOutboxStore, type OutboxStore } from "./outbox/OutboxStore.ts"
import * as Delivered from "./reading/delivered.ts"
import * as MarkRead from "./reading/markRead.ts"
import { Replica } from "./events/Replica.ts"
import * as SignIn from "./calls/signIn.ts"
import { type Credentials, memoryTokenStore, type TokenStore } from "./session/TokenStore.ts"
import * as View from "./view/view.ts"
import { Transport } from "./wire/Transport.ts"

export interface Options {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Where the sign-in is kept; in memory unless told. */
  readonly tokenStore?: TokenStore
  /** Where messages wait that are not sent yet; in memory unless told. */
  readonly outboxStore?: OutboxStore
  /** Where what is known waits for the next run, which shows it before it is connected; nowhere unless told. */
  readonly stateStore?: StateStore
  /** What this program calls itself to the server, such as `my-bot/1.0`. */
  readonly client?: string
  /** A connection on which nothing is heard for so many milliseconds is dead; 30,000 unless told. */
  readonly silence?: number
}

export interface Client extends SignIn.SignIn, Fetching.Fetching, Outbox.Outbox, View.View {
  /** Makes one call of the contract over the live connection; waits for one until the deadline. */
  readonly rpc: Calls.Call
  /** What is known of the server's state, at first what was kept. At every `Online` it holds everything up to then. */
  readonly state: Observable<State>
  readonly connection: Observable<ConnectionStatus>
  /** Waits until the connection of who is signed in is `Online`; fails when nobody is, or not any more. */
  readonly online: Effect.Effect<void, Unauthenticated>
  readonly markRead: MarkRead.MarkRead
  readonly setDraft: SetDraft.SetDraft
  /** Says that now is a good time: connects at once if offline, looks whether the connection still lives if online. */
  readonly reconnect: Effect.Effect<void>
  /** A new consumer of events, from now on and for as long as the scope is open. */
  readonly subscribe: Effect.Effect<Subscription, never, Scope.Scope>
}

const defaultSilence = 30_000

/** Makes a client that connects whenever somebody is signed in, for as long as the scope is open. */
export const make = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<Client, StoreFailed, Scope.Scope | Transport> {
  const { url, tokenStore = memoryTokenStore(), client = "@chat/client", silence = defaultSilence } = options
  const transport = yield* Transport
  const { endpoints, session, call } = yield* makeCalls(transport, { url, tokenStore })
  const replica = new Replica()
  if (options.stateStore !== undefined) yield* Keeping.make({ store: options.stateStore, session, replica })
  const connection = yield* Connection.make({
    url: endpoints.webSocket,
    client,
    transport,
    session,
    replica,
    silence,
  })
  const scope = yield* Effect.scope
  const rpc = Calls.make({ session, send: connection.send })

  const outbox = yield* Outbox.make({ store: options.outboxStore ?? memoryOutboxStore(), session, replica, call: rpc })

  yield* Delivered.make(rpc, replica)

  const subscribe = Effect.gen(function* () {
    const subscription = new Subscription(replica, rpc)
    yield* Effect.acquireRelease(
      Effect.sync(() => [
        replica.onEvents(subscription.offer),
        session.credentials.subscribe((credentials) => {
          if (credentials === null) subscription.end(new Unauthenticated({ reason: session.ended() }))
        }),
      ]),
      (unsubscribe) => Effect.sync(() => unsubscribe.forEach((stop) => stop())),
    )
    return subscription
  })

  const signIn = SignIn.make(session, call)

  // Just after a sign-in the connection is still that of whoever was signed in before, or of nobody.
  const isOnline = (status: ConnectionStatus): status is Online =>
    status._tag === "Online" && replica.state.get().account?.account.id === session.credentials.get()?.account.id
  const signedOut = Effect.flatMap(when(session.credentials, isNobody), () =>
    Effect.fail(new Unauthenticated({ reason: session.ended() })),
  )

  return {
    ...signIn,
    // What was shown to somebody who has signed out is of no use to whoever comes next.
    logOut: Effect.tap(signIn.logOut, () => Effect.sync(replica.reset)),
    ...Fetching.make(replica, rpc),
    ...outbox,
    ...(yield* View.make({ call: rpc, replica, connection: connection.status })),
    markRead: MarkRead.make(rpc, scope),
    setDraft: SetDraft.make(rpc, scope),
    rpc,
    state: replica.state,
    connection: connection.status,
    online: Effect.asVoid(Effect.raceFirst(signedOut, when(connection.status, isOnline))),
    reconnect: connection.reconnect,
    subscribe,
  }
})

const isNobody = (credentials: Credentials | null): credentials is null => credentials === null
