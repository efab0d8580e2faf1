/** What is known, what is shown, and what happens: `update` and `view` with everything around them that changes. */
import type { Client } from "@chat/client/Client"
import type { LogEvent } from "@chat/domain/Event"
import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import type { NamedEmoji } from "../completion/emoji.ts"
import type { Highlight } from "../markdown/highlight.ts"
import type { Tty } from "../tty/Tty.ts"
import { type Happenings, withHappening, withRecalled } from "./happenings.ts"
import type { Input, Job } from "./Input.ts"
import { keyHelp, keymapOf, type Rebound } from "./keymap.ts"
import { type ChatView, initialModel, placeKey } from "./Model.ts"
import { update } from "./update.ts"
import { view } from "./view.ts"

export interface Options {
  readonly client: Pick<Client, "state" | "outbox" | "connection">
  readonly server: string
  readonly links: boolean
  readonly rebound: Rebound
  readonly now: () => number
}

/** What comes from the server is drawn at most so often, in milliseconds; what somebody types is drawn at once. */
const drawEvery = 33

/** So many messages are kept beside those that are loaded. */
const mostFetched = 2_000

export class Loop {
  private readonly options: Options
  private readonly keymap
  private readonly keys
  private model = initialModel({ columns: 80, rows: 24 })
  private happenings: Happenings = new Map()
  private fetched: ReadonlyMap<string, Message> = new Map()
  private loading: ReadonlySet<ConversationId> = new Set()
  private emoji: ReadonlyArray<NamedEmoji> = []
  private highlight: Highlight | undefined
  private tty: Pick<Tty, "draw"> | undefined
  private perform: (job: Job) => void = () => undefined
  private due: ReturnType<typeof setImmediate> | undefined
  private later: ReturnType<typeof setTimeout> | undefined

  constructor(options: Options) {
    this.options = options
    this.keymap = keymapOf(options.rebound)
    this.keys = keyHelp(options.rebound)
  }

  /** From now on it is drawn, and what it asks for is done. */
  readonly begin = (tty: Pick<Tty, "draw">, perform: (job: Job) => void): void => {
    this.tty = tty
    this.perform = perform
    this.drawNow()
  }

  readonly end = (): void => {
    this.tty = undefined
    clearImmediate(this.due)
    clearTimeout(this.later)
  }

  /** What is open, and how. */
  readonly shown = () => this.model

  readonly chat = (): ChatView => {
    const { client, server, links, now } = this.options
    return {
      state: client.state.get(),
      outbox: client.outbox.get(),
      connection: client.connection.get(),
      happenings: this.happenings,
      fetched: this.fetched,
      loading: this.loading,
      server,
      links,
      highlight: this.highlight,
      emoji: this.emoji,
      keys: this.keys,
      now: now(),
    }
  }

  readonly send = (input: Input): void => {
    const [next, jobs] = update(this.model, input, this.chat(), this.keymap)
    const isSame = next === this.model
    this.model = next
    for (const job of jobs) this.perform(job)
    if (!isSame) this.drawNow()
  }

  readonly drawNow = (): void => {
    this.due ??= setImmediate(this.draw)
  }

  readonly drawSoon = (): void => {
    this.later ??= setTimeout(this.draw, drawEvery)
  }

  readonly happened = (conversation: ConversationId, event: LogEvent): void => {
    // what was asked for beside what is loaded changes as well
    const message = "message" in event.data ? event.data.message : undefined
    if (message !== undefined && this.fetched.has(placeKey(conversation, message.seq))) this.learn([message])
    this.happenings = withHappening(this.happenings, conversation, event)
    this.drawSoon()
  }

  /** What happened before this program came, or while it was away. */
  readonly recalled = (conversation: ConversationId, events: ReadonlyArray<LogEvent>): void => {
    this.happenings = withRecalled(this.happenings, conversation, events)
    this.drawSoon()
  }

  /** Messages that were asked for beside what is loaded; of each the newest version. */
  readonly learn = (messages: ReadonlyArray<Message>): void => {
    const fetched = new Map(this.fetched)
    for (const message of messages) {
      const key = placeKey(message.conversation, message.seq)
      if ((fetched.get(key)?.rev ?? 0) > message.rev) continue
      // those that were asked for last stay the longest
      fetched.delete(key)
      fetched.set(key, message)
    }
    this.fetched = new Map([...fetched].slice(-mostFetched))
    this.drawSoon()
  }

  readonly setLoading = (conversation: ConversationId, isLoading: boolean): void => {
    const others = [...this.loading].filter((one) => one !== conversation)
    this.loading = new Set(isLoading ? [...others, conversation] : others)
    this.drawSoon()
  }

  readonly setHighlight = (highlight: Highlight): void => {
    this.highlight = highlight
    this.drawSoon()
  }

  readonly knownEmoji = () => this.emoji

  readonly setEmoji = (emoji: ReadonlyArray<NamedEmoji>): void => {
    this.emoji = emoji
    this.drawSoon()
  }

  private readonly draw = (): void => {
    clearImmediate(this.due)
    clearTimeout(this.later)
    this.due = undefined
    this.later = undefined
    const { frame, shown } = view(this.model, this.chat())
    this.tty?.draw(frame)
    for (const one of shown) this.send({ _tag: "Shown", ...one })
  }
}
