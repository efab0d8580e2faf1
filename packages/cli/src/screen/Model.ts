/** What the screen shows and how, as plain values: everything that a key can change, and nothing that the server knows. */
import type { ConnectionStatus } from "@chat/client/connection/ConnectionStatus"
import type { OutboxEntry } from "@chat/client/outbox/OutboxEntry"
import type { LogEvent } from "@chat/domain/Event"
import type { ConversationId, MessageId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { State } from "@chat/domain/state/State"
import type { Seq } from "@chat/domain/Values"
import type { Completion } from "../completion/complete.ts"
import type { NamedEmoji } from "../completion/emoji.ts"
import { type Composer, emptyComposer } from "../composer/Composer.ts"
import type { Highlight } from "../markdown/highlight.ts"
import type { HelpGroup } from "./keymap.ts"
import type { Position } from "../timeline/viewport.ts"
import type { Size } from "../tty/Tty.ts"

/** What is written next goes with this. */
type Writing =
  | { readonly _tag: "New" }
  | { readonly _tag: "Reply"; readonly to: Seq }
  | {
      readonly _tag: "Edit"
      readonly message: MessageId
      /** What was being written before. */ readonly kept: Composer
    }

/** A conversation or a thread, as it was left. */
export interface Place {
  readonly scroll: Position
  readonly composer: Composer
  readonly writing: Writing
  /** What came after this was new when it was opened; `null`: nothing was. */
  readonly newAfter: Seq | null
}

/** What stands beside the timeline. */
export type Side =
  | { readonly _tag: "None" }
  | { readonly _tag: "Members"; readonly top: number }
  | { readonly _tag: "Thread"; readonly root: Seq }

/** A message that was found. */
export interface Hit {
  readonly message: Message
}

/** What lies over the timeline and takes the keys. */
export type Overlay =
  | { readonly _tag: "None" }
  | { readonly _tag: "Switcher"; readonly query: Composer; readonly index: number }
  | {
      readonly _tag: "Search"
      readonly query: Composer
      /** What was looked for, and what was found; `null`: not yet. */
      readonly found: { readonly query: string; readonly hits: ReadonlyArray<Hit> } | null
      readonly index: number
    }
  | { readonly _tag: "Help"; readonly top: number }
  /** What a command has said. */
  | { readonly _tag: "Panel"; readonly title: string; readonly lines: ReadonlyArray<string>; readonly top: number }
  /** A question about a message, answered with a text. */
  | { readonly _tag: "React"; readonly message: Seq; readonly query: Composer; readonly index: number }
  | { readonly _tag: "Confirm"; readonly question: string; readonly command: Command }

/** A command as it is typed after a slash. */
export interface Command {
  readonly name: string
  readonly rest: string
}

export interface Model {
  readonly size: Size
  /** Whether the window has the focus; so it is taken to be until the terminal says otherwise. */
  readonly focused: boolean
  readonly current: ConversationId | null
  /** What was open before. */
  readonly previous: ConversationId | null
  readonly places: ReadonlyMap<string, Place>
  /** What is being written while nothing is open. */
  readonly home: Composer
  readonly side: Side
  readonly overlay: Overlay
  /** The item that is selected, to do something with; `null`: somebody is writing. */
  readonly selected: string | null
  /** Something to know, until the next key. */
  readonly notice: { readonly text: string; readonly isError: boolean } | null
  /** What a word that was completed may be otherwise, until the next other key. */
  readonly completing: { readonly text: string; readonly completion: Completion; readonly index: number } | null
  /** Ctrl-C once more ends. */
  readonly leaving: boolean
  /** How far each conversation was said to be read, which may not have come back yet. */
  readonly readTo: ReadonlyMap<string, number>
}

/** What is known of the server and the way to it. */
export interface ChatView {
  readonly state: State
  readonly outbox: ReadonlyArray<OutboxEntry>
  readonly connection: ConnectionStatus
  /** What else happened while this program was there, by conversation. */
  readonly happenings: ReadonlyMap<ConversationId, ReadonlyArray<LogEvent>>
  /** Messages of threads and quoted ones that were asked for, by conversation and place. */
  readonly fetched: ReadonlyMap<string, Message>
  /** Conversations of which older messages are on their way. */
  readonly loading: ReadonlySet<ConversationId>
  readonly server: string
  /** Whether the terminal follows links. */
  readonly links: boolean
  /** What help shows of keys. */
  readonly keys: ReadonlyArray<HelpGroup>
  /** Empty until they are needed. */
  readonly emoji: ReadonlyArray<NamedEmoji>
  /** The looks of code, once they are loaded. */
  readonly highlight: Highlight | undefined
  /** The time of this machine, in milliseconds since 1970. */
  readonly now: number
}

/** What is remembered of a message that was fetched goes by this. */
export const placeKey = (conversation: ConversationId, seq?: Seq | null): string =>
  seq === undefined || seq === null ? conversation : `${conversation}/${seq}`

export const initialModel = (size: Size): Model => ({
  size,
  focused: true,
  current: null,
  previous: null,
  places: new Map(),
  home: emptyComposer,
  side: { _tag: "None" },
  overlay: { _tag: "None" },
  selected: null,
  notice: null,
  completing: null,
  leaving: false,
  readTo: new Map(),
})
