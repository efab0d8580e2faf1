/** What can happen to the screen, and what it can ask for in return. */
import type { ConversationId, MessageId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import type { Size } from "../tty/Tty.ts"
import type { TtyInput } from "../tty/keys.ts"
import type { Command, Hit, Model } from "./Model.ts"

export type Input =
  | TtyInput
  | { readonly _tag: "Resize"; readonly size: Size }
  /** Messages from `from` to `to` were on the screen, whole and without a gap. */
  | {
      readonly _tag: "Shown"
      readonly conversation: ConversationId
      readonly root: Seq | null
      readonly from: number
      readonly to: number
    }
  | { readonly _tag: "Notice"; readonly text: string; readonly isError: boolean }
  | { readonly _tag: "Panel"; readonly title: string; readonly lines: ReadonlyArray<string> }
  | { readonly _tag: "Found"; readonly query: string; readonly hits: ReadonlyArray<Hit> }
  /** Go there; with a place, to the message there. */
  | { readonly _tag: "Go"; readonly conversation: ConversationId; readonly seq?: Seq; readonly root?: Seq | null }
  /** What was to be loaded of a conversation is there. */
  | { readonly _tag: "Loaded"; readonly conversation: ConversationId; readonly seq: Seq | null }
  /** There is a connection, and it is known what there is. */
  | { readonly _tag: "Online" }
  /** What is written now, after an editor. */
  | { readonly _tag: "Edited"; readonly text: string }
  /** The names of emoji are there, for the word that is being completed. */
  | { readonly _tag: "EmojiLoaded" }
  /** A conversation was left. */
  | { readonly _tag: "Left"; readonly conversation: ConversationId }

/** What is done outside of the screen. */
export type Job =
  | { readonly _tag: "Open"; readonly conversation: ConversationId; readonly seq: Seq | null }
  /** Loads what may be missing of what is open. */
  | { readonly _tag: "Refill"; readonly conversation: ConversationId }
  /** Loads the newest messages of what will be looked at next, or read without a connection. */
  | { readonly _tag: "Prefetch" }
  | { readonly _tag: "LoadOlder"; readonly conversation: ConversationId }
  | { readonly _tag: "LoadThread"; readonly conversation: ConversationId; readonly root: Seq }
  /** After those that are loaded, or from the beginning. */
  | { readonly _tag: "LoadMembers"; readonly conversation: ConversationId; readonly after: string | null }
  | { readonly _tag: "MarkRead"; readonly conversation: ConversationId; readonly seq: Seq; readonly root: Seq | null }
  | {
      readonly _tag: "Post"
      readonly conversation: ConversationId
      readonly text: string
      readonly replyTo: Seq | null
      readonly root: Seq | null
    }
  | {
      readonly _tag: "Change"
      readonly conversation: ConversationId
      readonly message: MessageId
      readonly text: string
    }
  | { readonly _tag: "Run"; readonly conversation: ConversationId | null; readonly command: Command }
  | { readonly _tag: "Search"; readonly query: string }
  | { readonly _tag: "Draft"; readonly conversation: ConversationId; readonly root: Seq | null; readonly text: string }
  | { readonly _tag: "Typing"; readonly conversation: ConversationId; readonly thread: MessageId | null }
  | { readonly _tag: "Active" }
  | { readonly _tag: "Retry"; readonly message: MessageId }
  | { readonly _tag: "TakeBack"; readonly message: MessageId }
  | { readonly _tag: "LoadEmoji" }
  | { readonly _tag: "Copy"; readonly text: string }
  | { readonly _tag: "OpenLink"; readonly url: string }
  | { readonly _tag: "Editor"; readonly text: string }
  | { readonly _tag: "Redraw" }
  | { readonly _tag: "Suspend" }
  | { readonly _tag: "Quit" }

export type Next = readonly [model: Model, jobs: ReadonlyArray<Job>]

export const stay = (model: Model, ...jobs: ReadonlyArray<Job>): Next => [model, jobs]
