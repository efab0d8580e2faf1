import type { LogEvent } from "@chat/domain/Event"
import type { LogId, SessionId, UserId } from "@chat/domain/Ids"
import type { Typist } from "@chat/domain/Presence"
import type { Seq } from "@chat/domain/Values"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** A log has grown to `seq`. On the node that wrote them the new events may come along, the last of them being `seq`. */
interface LogAdvanced {
  readonly _tag: "LogAdvanced"
  readonly log: LogId
  readonly seq: Seq
  readonly events?: ReadonlyArray<LogEvent>
}

/** An account's read position in a conversation has moved. */
interface PositionMoved {
  readonly _tag: "PositionMoved"
  readonly account: UserId
  readonly log: LogId
}

/** What others see of a user has changed. */
interface UserAltered {
  readonly _tag: "UserAltered"
  readonly user: UserId
}

/** A session has ended. */
interface SessionOver {
  readonly _tag: "SessionOver"
  readonly session: SessionId
}

/** A commit's outcome is not known: whatever follows a log compares its head with the database. */
interface HeadsUnknown {
  readonly _tag: "HeadsUnknown"
}

/** An account has told the others in a conversation that it has got further. */
interface MarkMoved {
  readonly _tag: "MarkMoved"
  readonly account: UserId
  readonly log: LogId
}

/** An account has read further in a thread. */
interface ThreadRead {
  readonly _tag: "ThreadRead"
  readonly account: UserId
  readonly log: LogId
  readonly thread: Seq
}

/** An account has begun to write something, changed it or removed it, in a conversation or a thread of it. */
interface DraftWritten {
  readonly _tag: "DraftWritten"
  readonly account: UserId
  readonly log: LogId
}

/** What the server tells everybody has changed. */
interface NoticesMoved {
  readonly _tag: "NoticesMoved"
}

/** How an account is seen by others may have changed. */
interface PresenceMoved {
  readonly _tag: "PresenceMoved"
  readonly account: UserId
}

/** Somebody has blocked somebody else, or does not any more. */
interface RelationChanged {
  readonly _tag: "RelationChanged"
  readonly account: UserId
  readonly user: UserId
}

/** Somebody is writing. Kept nowhere: a notice of it that is lost is lost. */
interface Typed {
  readonly _tag: "Typed"
  readonly typist: Typist
  /** Those there who have blocked them, or are blocked by them. */
  readonly apart: ReadonlyArray<UserId>
}

export type Notice =
  | LogAdvanced
  | PositionMoved
  | UserAltered
  | SessionOver
  | HeadsUnknown
  | MarkMoved
  | ThreadRead
  | DraftWritten
  | NoticesMoved
  | PresenceMoved
  | RelationChanged
  | Typed

/**
 * Tells every node, this one included, what has been committed. It only wakes: a notice may be lost, doubled, late or
 * out of order, and costs at most the time to the next head check, because the database is the truth.
 */
export class Hub extends Context.Service<
  Hub,
  {
    /** Called after the commit. Never waits for a subscriber. */
    readonly publish: (notice: Notice) => Effect.Effect<void>
    /** The handler is called in the publisher's turn and must return at once. */
    readonly subscribe: (handler: (notice: Notice) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>()("@chat/server/hub/Hub") {
  /** One node. */
  static readonly layerMemory = Layer.sync(Hub, () => {
    const handlers = new Set<(notice: Notice) => void>()
    return Hub.of({
      publish: (notice) =>
        Effect.sync(() => {
          for (const handler of handlers) handler(notice)
        }),
      subscribe: (handler) =>
        Effect.acquireRelease(
          Effect.sync(() => void handlers.add(handler)),
          () => Effect.sync(() => void handlers.delete(handler)),
        ),
    })
  })
}
