import type { Preferences } from "@chat/domain/Contact"
import {
  BadRequest,
  FriendRequestNotFound,
  type IdTaken,
  type RateLimited,
  type StorageUnavailable,
  type TooLarge,
  UserBlocked,
  UserNotFound,
} from "@chat/domain/Errors"
import { accountLog, type CommandId, ConversationId, type UserId } from "@chat/domain/Ids"
import type { AccountReceipt } from "@chat/domain/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import type * as SqlError from "effect/sql/SqlError"
import { RateLimits } from "../limits/RateLimits.ts"
import { Commands, type Outcome } from "../logs/Commands.ts"
import type { Appended } from "../logs/Logs.ts"
import { Database } from "../storage/Database.ts"
import { makeContactStore, type Pair } from "./ContactStore.ts"
import { makePreferences } from "./preferences.ts"
import { makeSilence } from "./silence.ts"

/** A command about somebody else. */
export interface AboutUser {
  readonly commandId: CommandId
  readonly user: UserId
}

type Refusal = BadRequest | UserNotFound | IdTaken | StorageUnavailable
type Done<E = never> = Effect.Effect<AccountReceipt, Refusal | E>

/**
 * Friends, requests and blocks. Each command is about two people and locks the logs of both, so that what both do at the
 * same moment happens one after the other. A block is told to nobody but who blocks: what the other asks for is stored on
 * their side alone.
 */
export class Contacts extends Context.Service<
  Contacts,
  {
    readonly request: (actor: UserId, command: AboutUser) => Done<UserBlocked | TooLarge | RateLimited>
    readonly cancel: (actor: UserId, command: AboutUser) => Done
    readonly accept: (actor: UserId, command: AboutUser) => Done<FriendRequestNotFound | TooLarge>
    readonly decline: (actor: UserId, command: AboutUser) => Done
    readonly removeFriend: (actor: UserId, command: AboutUser) => Done
    readonly block: (actor: UserId, command: AboutUser) => Done<TooLarge>
    readonly unblock: (actor: UserId, command: AboutUser) => Done
    /** Ends whatever there is with somebody, but for their own block: the actor's account is no more. */
    readonly forget: (actor: UserId, command: AboutUser) => Done
    readonly setPreferences: (
      actor: UserId,
      command: { readonly commandId: CommandId; readonly change: Partial<Preferences> },
    ) => Effect.Effect<AccountReceipt, IdTaken | StorageUnavailable>
  }
>()("@chat/server/contacts/Contacts") {
  static readonly layer = Layer.effect(
    Contacts,
    Effect.gen(function* () {
      const { write: sql } = yield* Database
      const commands = yield* Commands
      const rates = yield* RateLimits
      const store = yield* makeContactStore
      const preferences = yield* makePreferences
      const silence = yield* makeSilence

      // The receipt is of the caller's own log, whatever else the command has changed.
      const outcome = (actor: UserId, { seq, at }: Pick<Appended, "seq" | "at">, changed: boolean): Outcome => ({
        conversation: ConversationId.make(accountLog(actor)),
        seq,
        at,
        changed,
      })
      const unchanged = (actor: UserId) => Effect.map(store.head(actor), (head) => outcome(actor, head, false))
      const changed = <E>(actor: UserId, event: Effect.Effect<Appended, E>) =>
        Effect.map(event, (appended) => outcome(actor, appended, true))

      const run = Effect.fnUntraced(function* <E>(
        actor: UserId,
        { commandId, user }: AboutUser,
        type: string,
        decide: (pair: Pair) => Effect.Effect<Outcome, E | SqlError.SqlError | Schema.SchemaError>,
      ) {
        if (actor === user) return yield* new BadRequest({ detail: "this takes somebody else" })
        const { seq, at } = yield* commands.run<E | UserNotFound>({
          actor,
          id: commandId,
          type,
          execute: Effect.gen(function* () {
            const pair = yield* store.lock(actor, user)
            if (pair === undefined) return yield* new UserNotFound({ user })
            return yield* decide(pair)
          }),
        })
        return { seq, at }
      })

      const ask = Effect.fnUntraced(function* (actor: UserId, { commandId, user }: AboutUser, pair: Pair) {
        if (pair.gone) return yield* new UserNotFound({ user })
        if (pair.blocked) return yield* new UserBlocked({ user })
        if (pair.friends) return yield* unchanged(actor)
        if (pair.received !== "none") {
          // The last event is of another type than the command, which is remembered by itself.
          return outcome(actor, yield* store.befriend(actor, user, pair), false)
        }
        if (pair.sent === "none") {
          yield* store.makeRoom("list of friend requests", actor, "sent")
          yield* store.makeRoom("list of friend requests that they have", user, "received")
          const sent = yield* store.tell(actor, "FriendRequestSent", { actor, user, command: commandId })
          const arrives = pair.silenced
            ? undefined
            : yield* store.tell(user, "FriendRequestReceived", { actor, user: actor })
          yield* sql`INSERT INTO friend_requests (from_id, to_id, sent_at, received_at)
            VALUES (${actor}, ${user}, ${sent.at}::timestamptz, ${arrives?.at ?? null}::timestamptz)`
          return outcome(actor, sent, true)
        }
        // It was asked during a block that has ended: now it arrives.
        if (pair.sent === "unseen" && !pair.silenced) {
          const { at } = yield* store.tell(user, "FriendRequestReceived", { actor, user: actor })
          yield* sql`UPDATE friend_requests SET received_at = ${at}::timestamptz
            WHERE from_id = ${actor} AND to_id = ${user}`
        }
        return yield* unchanged(actor)
      })

      const request = Effect.fn("Contacts.request")(function* (actor: UserId, command: AboutUser) {
        const type = "FriendRequestSent"
        const key = { actor, id: command.commandId, type }
        return yield* rates.friendRequest(actor).pipe(
          Effect.andThen(run(actor, command, type, (pair) => ask(actor, command, pair))),
          // A repeat is answered before anything is checked.
          Effect.catchTag("RateLimited", (error) =>
            Effect.flatMap(commands.find(key), (known) =>
              known === undefined ? Effect.fail(error) : Effect.succeed({ seq: known.seq, at: known.at }),
            ),
          ),
        )
      })

      const accept = Effect.fn("Contacts.accept")(function* (actor: UserId, command: AboutUser) {
        const { commandId, user } = command
        return yield* run(
          actor,
          command,
          "FriendAdded",
          Effect.fnUntraced(function* (pair) {
            if (pair.friends) return yield* unchanged(actor)
            if (pair.gone || pair.received !== "seen") return yield* new FriendRequestNotFound({ user })
            return yield* changed(actor, store.befriend(actor, user, pair, commandId))
          }),
        )
      })

      // A request ends without a friendship: by who has sent it, or by who has received it.
      const end = Effect.fnUntraced(function* (
        actor: UserId,
        { commandId, user }: AboutUser,
        [own, theirs, outcomeOf]:
          | readonly ["sent", "received", "cancelled"]
          | readonly ["received", "sent", "declined"],
        pair: Pair,
      ) {
        const state = pair[own]
        // What was never seen cannot be declined, but what was sent can be taken back.
        if (state === "none" || (own === "received" && state === "unseen")) return yield* unchanged(actor)
        const [from, to] = own === "sent" ? [actor, user] : [user, actor]
        yield* sql`DELETE FROM friend_requests WHERE from_id = ${from} AND to_id = ${to}`
        const ended = { actor, outcome: outcomeOf }
        if (state === "seen")
          yield* store.tell(user, "FriendRequestEnded", { ...ended, user: actor, direction: theirs })
        return yield* changed(
          actor,
          store.tell(actor, "FriendRequestEnded", { ...ended, user, direction: own, command: commandId }),
        )
      })

      const cancel = Effect.fn("Contacts.cancel")((actor: UserId, command: AboutUser) =>
        run<never>(actor, command, "FriendRequestEnded", (pair) =>
          end(actor, command, ["sent", "received", "cancelled"], pair),
        ),
      )

      const decline = Effect.fn("Contacts.decline")((actor: UserId, command: AboutUser) =>
        run<never>(actor, command, "FriendRequestEnded", (pair) =>
          end(actor, command, ["received", "sent", "declined"], pair),
        ),
      )

      const removeFriend = Effect.fn("Contacts.removeFriend")((actor: UserId, command: AboutUser) =>
        run<never>(
          actor,
          command,
          "FriendRemoved",
          Effect.fnUntraced(function* (pair) {
            if (!pair.friends) return yield* unchanged(actor)
            return yield* changed(actor, store.part(actor, command.user, command.commandId))
          }),
        ),
      )

      const stopBlocking = Effect.fnUntraced(function* (actor: UserId, user: UserId) {
        yield* sql`DELETE FROM blocks WHERE account_id = ${actor} AND blocked_id = ${user}`
        yield* silence.end(actor, user)
        yield* store.raiseAccess(actor, user)
      })

      const forget = Effect.fn("Contacts.forget")((actor: UserId, command: AboutUser) =>
        run<never>(
          actor,
          command,
          "FriendRemoved",
          Effect.fnUntraced(function* (pair) {
            const { user } = command
            if (pair.friends) yield* store.part(actor, user)
            yield* sql`DELETE FROM friend_requests
              WHERE (from_id = ${actor} AND to_id = ${user}) OR (from_id = ${user} AND to_id = ${actor})`
            // What they have never seen they need not be told the end of.
            const ended = { actor, user: actor }
            if (pair.sent === "seen") {
              yield* store.tell(user, "FriendRequestEnded", { ...ended, outcome: "cancelled", direction: "received" })
            }
            if (pair.received !== "none") {
              yield* store.tell(user, "FriendRequestEnded", { ...ended, outcome: "declined", direction: "sent" })
            }
            if (pair.blocked) yield* stopBlocking(actor, user)
            return yield* unchanged(actor)
          }),
        ),
      )

      const block = Effect.fn("Contacts.block")((actor: UserId, command: AboutUser) =>
        run(
          actor,
          command,
          "Blocked",
          Effect.fnUntraced(function* (pair) {
            const { commandId, user } = command
            if (pair.blocked) return yield* unchanged(actor)
            yield* store.makeRoom("list of blocks", actor, "blocks")
            const blocked = yield* store.tell(actor, "Blocked", { actor, user, command: commandId })
            yield* sql`INSERT INTO blocks (account_id, blocked_id, since)
              VALUES (${actor}, ${user}, ${blocked.at}::timestamptz)`
            // What they have asked is gone from here; for them it is as if there was no answer.
            yield* sql`UPDATE friend_requests SET received_at = NULL WHERE from_id = ${user} AND to_id = ${actor}`
            yield* sql`UPDATE invitations SET received_by = NULL, received_at = NULL
              WHERE account_id = ${actor} AND received_by = ${user}`
            yield* silence.begin(actor, user)
            yield* store.raiseAccess(actor, user)
            return outcome(actor, blocked, true)
          }),
        ),
      )

      const unblock = Effect.fn("Contacts.unblock")((actor: UserId, command: AboutUser) =>
        run<never>(
          actor,
          command,
          "Unblocked",
          Effect.fnUntraced(function* (pair) {
            const { commandId, user } = command
            if (!pair.blocked) return yield* unchanged(actor)
            yield* stopBlocking(actor, user)
            return yield* changed(actor, store.tell(actor, "Unblocked", { actor, user, command: commandId }))
          }),
        ),
      )

      const setPreferences = Effect.fn("Contacts.setPreferences")(function* (
        actor: UserId,
        { commandId, change }: { readonly commandId: CommandId; readonly change: Partial<Preferences> },
      ) {
        const { seq, at } = yield* commands.run<never>({
          actor,
          id: commandId,
          type: "PreferencesChanged",
          execute: Effect.gen(function* () {
            const set = yield* preferences.set(actor, commandId, change)
            return set === undefined ? yield* unchanged(actor) : outcome(actor, set, true)
          }),
        })
        return { seq, at }
      })

      return Contacts.of({ request, cancel, accept, decline, removeFriend, block, unblock, forget, setPreferences })
    }),
  )
}
