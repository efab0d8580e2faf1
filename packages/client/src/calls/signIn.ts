/** Signing up, in and out. */
import type { Unauthenticated } from "@chat/domain/Errors"
import type { Account } from "@chat/domain/User"
import * as Effect from "effect/Effect"
import type { Call, CallFailure, Payload } from "./Calls.ts"
import { ProtocolError } from "../Errors.ts"
import { newCommandId } from "../ids.ts"
import type { Session } from "../session/Session.ts"

/** Who is signed in, and how that changes. */
export interface SignIn {
  /** Who is signed in on this device; `null`: nobody. Asks nobody. */
  readonly account: () => Account | null
  /** Makes an account and signs in to it. If its answer is lost it is asked for again: there will be one account. */
  readonly signUp: (
    input: Omit<Payload<"SignUp">, "commandId">,
  ) => Effect.Effect<Account, Exclude<CallFailure<"SignUp">, Unauthenticated>>
  /** Signs in, in the place of whoever was signed in here. Each time makes a session of its own. */
  readonly logIn: (input: Payload<"LogIn">) => Effect.Effect<Account, Exclude<CallFailure<"LogIn">, Unauthenticated>>
  /**
   * Ends the session on the server and forgets it here. A session that has ended already is forgotten; if the server
   * cannot be reached it is kept, and `Disconnected` says so.
   */
  readonly logOut: Effect.Effect<void, Exclude<CallFailure<"LogOut">, Unauthenticated>>
}

/** These go over HTTP, because the connection of a session that ends may go before the answer. */
export const make = (session: Session, call: Call): SignIn => ({
  account: () => session.credentials.get()?.account ?? null,
  signUp: (input) =>
    call("SignUp", { ...input, commandId: newCommandId() }).pipe(
      Effect.tap(session.begin),
      Effect.map(({ account }) => account),
      Effect.catchTag("Unauthenticated", unasked),
    ),
  logIn: (input) =>
    call("LogIn", input).pipe(
      Effect.tap(session.begin),
      Effect.map(({ account }) => account),
      Effect.catchTag("Unauthenticated", unasked),
    ),
  logOut: Effect.gen(function* () {
    const token = yield* session.token
    yield* call("LogOut", undefined)
    yield* session.refuse(token, "missing")
  }).pipe(Effect.catchTag("Unauthenticated", () => Effect.void)),
})

// Calls that need no session are not refused for the lack of one.
const unasked = ({ message }: Unauthenticated) => Effect.fail(new ProtocolError({ detail: message }))
