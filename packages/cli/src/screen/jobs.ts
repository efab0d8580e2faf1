/** Does what the screen asks for, with the client and the terminal. */
import type * as CliCommand from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { ChatHttp } from "@chat/client/http/ChatHttp"
import type { Client } from "@chat/client/Client"
import { newCommandId } from "@chat/client/ids"
import { type ConversationId, conversationLog } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import { mayHaveNames, withEmoji } from "../completion/shortcodes.ts"
import { isCommand } from "../line/commands.ts"
import { toBody } from "../messages/body.ts"
import { printableLine } from "../text/printable.ts"
import type { Tty } from "../tty/Tty.ts"
import { listed } from "./conversations.ts"
import { makeCommands } from "./commands.ts"
import { editText } from "./editor.ts"
import type { Job } from "./Input.ts"
import type { Loop } from "./loop.ts"
import { openLink } from "./openLink.ts"

interface Runtime {
  readonly client: Client
  readonly tty: Tty
  readonly loop: Loop
  readonly loadEmoji: Effect.Effect<void>
  readonly quit: Effect.Effect<void>
}

/** What commands of the program need. */
export type Needed = ChatHttp | CliCommand.Environment

const pageSize = 50
/** So far back is looked for what is unread, or for a message that was found. */
const mostPages = 40
/** Of so many conversations so many messages are there before they are opened. */
const mostPrefetched = 20
const prefetched = 30
/** So many events are read at a time to find what happened between messages. */
const mostRecalled = 300

export const makeJobs = ({ client, tty, loop, loadEmoji, quit }: Runtime) => {
  const { send, learn, setLoading } = loop
  /** From where on what happened was read from the logs. */
  const recalledFrom = new Map<ConversationId, number>()
  const commands = makeCommands({ client, send, aside: tty.aside })
  const isTooNew = (conversation: ConversationId, seq: number) =>
    (client.state.get().conversations.get(conversation)?.window.from ?? 0) > seq

  const older = Effect.fnUntraced(function* (conversation: ConversationId, limit: number) {
    const from = client.state.get().conversations.get(conversation)?.window.from
    // a window that is empty begins behind its end
    yield* client.history(conversation, { limit, ...(from === undefined ? {} : { before: from }) })
  })

  const quoted = Effect.fnUntraced(function* (conversation: ConversationId) {
    const messages = client.state.get().conversations.get(conversation)?.window.messages ?? []
    const known = new Set(messages.map(({ seq }) => seq))
    const seqs = [
      ...new Set(messages.flatMap(({ replyTo }) => (replyTo === null || known.has(replyTo) ? [] : [replyTo]))),
    ]
    if (seqs.length === 0) return
    const page = yield* client.rpc("GetMessages", { conversation, seqs: seqs.slice(-100) })
    learn(page.messages)
  })

  /** At least a screen of messages, and everything from what is unread or was looked for. */
  /** Who came and went, and what else happened between the messages that are loaded: the log has it. */
  const recall = Effect.fnUntraced(function* (conversation: ConversationId) {
    const known = client.state.get().conversations.get(conversation)
    if (known === undefined) return
    const to = recalledFrom.get(conversation) ?? known.seq + 1
    const from = Math.max(known.window.from, to - mostRecalled)
    recalledFrom.set(conversation, Math.min(from, to))
    const log = conversationLog(conversation)
    for (let after = from - 1; after + 1 < to;) {
      const { items } = yield* client.rpc("ReadLog", { log, after: Seq.make(after), limit: 100 })
      loop.recalled(
        conversation,
        items.flatMap((item) => (item._tag === "Event" && item.event.seq < to ? [item.event] : [])),
      )
      const last = items.at(-1)
      if (last === undefined) return
      after = last._tag === "Event" ? last.event.seq : last.to
    }
  })

  const fill = Effect.fnUntraced(function* (conversation: ConversationId, seq: Seq | null) {
    yield* Effect.forkDetach(Effect.ignore(client.watch(watched(client, conversation))))
    yield* Effect.forkDetach(Effect.ignore(client.members(conversation, { limit: 100 })))
    const found = client.state.get().conversations.get(conversation)
    const wanted = seq ?? (found !== undefined && found.unread > 0 ? found.position.seq + 1 : Number.MAX_SAFE_INTEGER)
    if ((found?.window.messages.length ?? 0) < pageSize) yield* older(conversation, 100)
    for (let page = 0; page < mostPages && isTooNew(conversation, Math.max(wanted, found?.from ?? 0)); page++) {
      yield* older(conversation, 100)
    }
    yield* quoted(conversation)
    yield* Effect.forkDetach(Effect.ignore(recall(conversation)))
  })

  /** Without a connection with what there is; the rest comes with the connection. */
  const open = Effect.fnUntraced(function* (conversation: ConversationId, seq: Seq | null) {
    if (client.connection.get()._tag === "Online") yield* loading(conversation, fill(conversation, seq))
    send({ _tag: "Loaded", conversation, seq })
  })

  const loading = <E, R>(conversation: ConversationId, effect: Effect.Effect<void, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => setLoading(conversation, true)),
      () => effect,
      () => Effect.sync(() => setLoading(conversation, false)),
    )

  /** One after the other, so that nothing that somebody waits for waits for these. */
  const prefetch = Effect.gen(function* () {
    for (const { id } of listed(loop.chat()).slice(0, mostPrefetched)) {
      const isEmpty = client.state.get().conversations.get(id)?.window.messages.length === 0
      if (isEmpty) yield* client.history(id, { limit: prefetched })
    }
  })

  const thread = Effect.fnUntraced(function* (conversation: ConversationId, root: Seq) {
    const page = yield* client.rpc("Thread", { conversation, root, limit: 100 })
    learn([page.root, ...page.messages])
  })

  /** With emoji in the place of their names. */
  const spelled = Effect.fnUntraced(function* (text: string) {
    if (!mayHaveNames(text)) return text
    if (loop.knownEmoji().length === 0) yield* loadEmoji
    return withEmoji(text, loop.knownEmoji())
  })

  const posting = Semaphore.makeUnsafe(1)

  const post = Effect.fnUntraced(function* ({ conversation, text, replyTo, root }: Extract<Job, { _tag: "Post" }>) {
    const places = { ...(replyTo === null ? {} : { replyTo }), ...(root === null ? {} : { thread: root }) }
    // in the order in which they were written, also if one has to wait for the table
    const { sent } = yield* Effect.flatMap(Effect.flatMap(spelled(text), toBody), (body) =>
      client.post(conversation, body, places),
    ).pipe(posting.withPermits(1))
    yield* sent
  })

  const change = Effect.fnUntraced(function* ({ conversation, message, text }: Extract<Job, { _tag: "Change" }>) {
    yield* client.rpc("EditMessage", {
      commandId: newCommandId(),
      conversation,
      message,
      body: yield* toBody(yield* spelled(text)),
    })
  })

  const search = Effect.fnUntraced(function* (query: string) {
    const page = yield* client.rpc("SearchMessages", { query, limit: 100 })
    send({ _tag: "Found", query, hits: page.hits.map(({ message }) => ({ message })) })
  })

  const notice = (text: string) => Effect.sync(() => send({ _tag: "Notice", text, isError: false }))

  // by OSC 52, which goes to the clipboard of the machine that the person sits at
  const copy = (text: string) =>
    Effect.andThen(
      Effect.sync(() => tty.send(`\u001B]52;c;${Buffer.from(text).toString("base64")}\u0007`)),
      notice("Copied, if the terminal allows it"),
    )

  const doing = (job: Job): Effect.Effect<unknown, { readonly message: string }, Needed> => {
    switch (job._tag) {
      case "Open":
        return open(job.conversation, job.seq)
      case "Refill":
        // what happened meanwhile may have come as a snapshot
        recalledFrom.clear()
        return loading(job.conversation, fill(job.conversation, null))
      case "Prefetch":
        return Effect.ignore(prefetch)
      case "LoadOlder":
        return Effect.andThen(
          loading(job.conversation, Effect.andThen(older(job.conversation, 100), quoted(job.conversation))),
          recall(job.conversation),
        )
      case "LoadThread":
        return thread(job.conversation, job.root)
      case "LoadMembers":
        return Effect.asVoid(
          client.members(job.conversation, { limit: 100, ...(job.after === null ? {} : { after: job.after }) }),
        )
      case "MarkRead":
        return Effect.ignore(client.markRead(job.conversation, job.seq, job.root ?? undefined))
      case "Post":
        return post(job)
      case "Change":
        return change(job)
      case "Run":
        return isCommand(job.command.name)
          ? commands(job.command.name, job.command.rest, job.conversation)
          : notice(`there is no command /${job.command.name}`)
      case "Search":
        return search(job.query)
      case "Draft":
        return Effect.ignore(client.setDraft(job.conversation, job.text, job.root ?? undefined))
      case "Typing":
        return client.startTyping(job.conversation, job.thread ?? undefined)
      case "Active":
        return client.active
      case "Retry":
        return client.retry(job.message)
      case "TakeBack":
        return Effect.flatMap(client.cancel(job.message), (done) =>
          done ? Effect.void : notice("It is too late: it may be there already"),
        )
      case "LoadEmoji":
        return Effect.map(loadEmoji, () => send({ _tag: "EmojiLoaded" }))
      case "Copy":
        return copy(job.text)
      case "OpenLink":
        return Effect.andThen(openLink(job.url), notice(`Opening ${job.url}`))
      case "Editor":
        return Effect.map(tty.aside(editText(job.text)), (text) => send({ _tag: "Edited", text }))
      case "Redraw":
        return Effect.sync(() => {
          tty.forget()
          loop.drawNow()
        })
      case "Suspend":
        return Effect.sync(tty.suspend)
      case "Quit":
        return quit
    }
  }

  /** Does it; why it cannot be done is said on the screen. */
  return (job: Job): Effect.Effect<void, never, Needed> =>
    Effect.catch(Effect.asVoid(doing(job)), (error) =>
      Effect.sync(() => send({ _tag: "Notice", text: printableLine(error.message), isError: true })),
    )
}

/** Of whom presence is shown: the open conversation, and those with one person. */
const watched = (client: Client, conversation: ConversationId): ReadonlyArray<ConversationId> => {
  const direct = [...client.state.get().conversations.values()]
    .filter(({ kind }) => kind === "direct")
    .map(({ id }) => id)
  return [...new Set([conversation, ...direct])].slice(0, mostWatched)
}

/** The server lets a connection watch so many. */
const mostWatched = 50
