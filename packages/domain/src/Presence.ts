/** Who is there, and who is writing. None of it is kept: what is missed comes again, or does not matter any more. */
import * as Schema from "effect/Schema"
import { ConversationId, MessageId, UserId } from "./Ids.ts"
import { User } from "./User.ts"
import { Timestamp } from "./Values.ts"

/**
 * How an account wants to be seen while a device of it is connected. `online`: as it is, which becomes `away` after ten
 * minutes without activity on any device. `invisible`: as somebody who is not there.
 */
export const PresenceChoice = Schema.Literals(["online", "away", "dnd", "invisible"])
export type PresenceChoice = typeof PresenceChoice.Type

/** How others see somebody. `dnd`: there, and not to be disturbed. */
export const PresenceState = Schema.Literals(["online", "away", "dnd", "offline"])
export type PresenceState = typeof PresenceState.Type

/** How somebody is seen. */
export const Presence = Schema.Struct({
  user: UserId,
  state: PresenceState,
  /** Of who is offline: when they were there last, to the minute or better. `null`: never, or it is not told. */
  lastSeen: Schema.NullOr(Timestamp),
})
export type Presence = typeof Presence.Type

/** Somebody who is there, in a list. */
export const OnlineUser = Schema.Struct({ user: User, state: PresenceState })
export type OnlineUser = typeof OnlineUser.Type

/** Somebody is writing, until they post, or until `until` if nothing more is heard of it. */
export const Typist = Schema.Struct({
  conversation: ConversationId,
  /** The message whose thread it is in; `null`: in none. */
  thread: Schema.NullOr(MessageId),
  user: User,
  until: Timestamp,
})
export type Typist = typeof Typist.Type

/** For so many milliseconds somebody counts as writing after they have said so. */
export const typingLasts = 6_000

/** Nobody says more often than once in so many milliseconds that they are writing; what comes sooner is dropped. */
export const typingEvery = 3_000
