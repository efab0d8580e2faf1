/** Pages of history and members, which become part of the state. */
import type { MemberPage } from "@chat/domain/Conversation"
import type { ConversationId } from "@chat/domain/Ids"
import type { HistoryPage } from "@chat/domain/Message"
import type { ReadMarksPage } from "@chat/domain/ReadMarks"
import type { LocalItem } from "@chat/domain/state/State"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Call, CallFailure, Payload } from "../calls/Calls.ts"
import type { Replica } from "../events/Replica.ts"

export interface Fetching {
  /**
   * Fetches messages, the newest unless told, and adds them to `window` in the state if they join up with what is loaded.
   * What changes while the page is on its way is taken into account.
   */
  readonly history: (
    conversation: ConversationId,
    options?: Omit<Payload<"History">, "conversation">,
  ) => Effect.Effect<HistoryPage, CallFailure<"History">>
  /** Fetches members, from the beginning of the list unless told, and adds them to `members` in the state. */
  readonly members: (
    conversation: ConversationId,
    options?: Omit<Payload<"ListMembers">, "conversation">,
  ) => Effect.Effect<MemberPage, CallFailure<"ListMembers">>
  /** Fetches how far the others have got, which the state keeps up to date until members or receipts change. */
  readonly marks: (conversation: ConversationId) => Effect.Effect<ReadMarksPage, CallFailure<"ListMarks">>
}

export const make = (replica: Replica, call: Call): Fetching => {
  let last = 0

  const fetching = <A, E>(
    conversation: ConversationId,
    fetch: Effect.Effect<A, E>,
    fetched: (page: A, fetch: number) => LocalItem,
  ): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const number = ++last
      replica.applyLocal({ _tag: "FetchStarted", fetch: number, conversation })
      return Effect.onExit(fetch, (exit) =>
        Effect.sync(() =>
          replica.applyLocal(
            Exit.isSuccess(exit) ? fetched(exit.value, number) : { _tag: "FetchFailed", fetch: number },
          ),
        ),
      )
    })

  return {
    history: (conversation, options = {}) =>
      fetching(conversation, call("History", { ...options, conversation }), (page, fetch) => ({
        _tag: "HistoryFetched",
        fetch,
        page,
      })),
    members: (conversation, options = {}) =>
      fetching(conversation, call("ListMembers", { ...options, conversation }), (page, fetch) => ({
        _tag: "MembersFetched",
        fetch,
        after: options.after ?? null,
        page,
      })),
    marks: (conversation) =>
      fetching(conversation, call("ListMarks", { conversation }), (page, fetch) => ({
        _tag: "MarksFetched",
        fetch,
        page,
      })),
  }
}
