/** What somebody writes: text and keys in it, sending, commands, what was sent before. */
import type { MessageId } from "@chat/domain/Ids"
import type { Seq } from "@chat/domain/Values"
import { readTyped } from "../../line/commands.ts"
import { cut } from "../../line/words.ts"
import { type Composer, edit, type Edit, emptyComposer, sent, withText } from "../../composer/Composer.ts"
import { type Job, type Next, stay } from "../Input.ts"
import { messageAt } from "../items.ts"
import type { ChatView, Command, Model } from "../Model.ts"
import { composerIn, currentPlace, rootOf } from "../panes.ts"
import { commandsTitle } from "../view/overlay.ts"
import { helped } from "./lists.ts"
import { openThread, toggleMembers, withPlace } from "./places.ts"

const withComposer = (model: Model, chat: ChatView, composer: Composer): Model =>
  model.current === null ? { ...model, home: composer } : withPlace(model, chat, { composer })

/** What others and the account's other devices are told of what is being written. */
const told = (model: Model, chat: ChatView, isTyped: boolean): ReadonlyArray<Job> => {
  const place = currentPlace(model, chat)
  if (model.current === null || place === undefined) return []
  const [conversation, root, { text }] = [model.current, rootOf(model), place.composer]
  const isCommand = text.startsWith("/") && !text.startsWith("//")
  const draft: ReadonlyArray<Job> =
    place.writing._tag === "Edit" ? [] : [{ _tag: "Draft", conversation, root, text: isCommand ? "" : text }]
  const thread = root === null ? null : (messageAt(chat, conversation, root)?.id ?? null)
  return isTyped && !isCommand && text !== "" ? [...draft, { _tag: "Typing", conversation, thread }] : draft
}

export const edited = (model: Model, chat: ChatView, composer: Composer, isTyped = true): Next => {
  const next = withComposer(model, chat, composer)
  return stay(next, ...told(next, chat, isTyped))
}

/** What a key does to a text, or to the place in it. */
export const applied = (model: Model, chat: ChatView, action: Edit): Next => {
  const before = composerIn(model, chat)
  const after = edit(before, action)
  if (after.text === before.text) return stay(withComposer(model, chat, after))
  return edited(model, chat, after, action._tag === "Insert")
}

export const type = (model: Model, chat: ChatView, text: string): Next => applied(model, chat, { _tag: "Insert", text })

/** Goes on with another text; what was written is not sent and not lost. */
export const answer = (model: Model, chat: ChatView, to: Seq): Next =>
  stay({ ...withPlace(model, chat, { writing: { _tag: "Reply", to } }), selected: null })

export const change = (model: Model, chat: ChatView, message: MessageId, text: string): Next => {
  const kept = composerIn(model, chat)
  const next = withPlace(model, chat, {
    writing: { _tag: "Edit", message, kept },
    composer: withText(emptyComposer, text),
  })
  return stay({ ...next, selected: null })
}

/** Neither answers nor changes a message any more. */
export const newMessage = (model: Model, chat: ChatView): Model => {
  const writing = currentPlace(model, chat)?.writing
  if (writing === undefined || writing._tag === "New") return model
  const composer = writing._tag === "Edit" ? { composer: writing.kept } : {}
  return withPlace(model, chat, { writing: { _tag: "New" }, ...composer })
}

/** Commands that are about the screen itself; all others are run. */
const ofScreen = (model: Model, chat: ChatView, { name, rest }: Command): Next | undefined => {
  switch (name) {
    case "quit":
      return stay(model, { _tag: "Quit" })
    case "help":
      return helped(model, chat, rest.trim() === "" ? commandsTitle : `  /${rest.trim().replace(/^\//u, "")}`)
    case "list":
      return stay({ ...model, overlay: { _tag: "Switcher", query: emptyComposer, index: 0 } })
    case "who":
      return model.side._tag === "Members" ? stay(model) : toggleMembers(model)
    case "thread": {
      const [place, text] = cut(rest)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- digits are a place
      return text === "" && /^\d+$/u.test(place) ? openThread(model, Number(place) as Seq) : undefined
    }
    default:
      return undefined
  }
}

/** What was written is done with, and can be had back. */
const emptied = (model: Model, chat: ChatView): Model => withComposer(model, chat, sent(composerIn(model, chat)))

const post = (model: Model, chat: ChatView, text: string): Next => {
  const place = currentPlace(model, chat)
  if (model.current === null || place === undefined) {
    // before anything is open, what is typed is where to go
    return stay(emptied(model, chat), {
      _tag: "Run",
      conversation: null,
      command: { name: "to", rest: text.trim() },
    })
  }
  const [conversation, root] = [model.current, rootOf(model)]
  const { writing } = place
  if (writing._tag === "Edit") {
    const next = newMessage(model, chat)
    return stay(next, { _tag: "Change", conversation, message: writing.message, text })
  }
  const next = withPlace(emptied(model, chat), chat, {
    writing: { _tag: "New" },
    scroll: "end",
    newAfter: null,
  })
  const replyTo = writing._tag === "Reply" ? writing.to : null
  return stay(
    next,
    { _tag: "Post", conversation, text, replyTo, root },
    { _tag: "Draft", conversation, root, text: "" },
  )
}

export const send = (model: Model, chat: ChatView): Next => {
  const { text } = composerIn(model, chat)
  const typed = readTyped(text)
  switch (typed._tag) {
    case "Nothing":
      return stay(model)
    case "Doubtful":
      return stay({ ...model, notice: { text: typed.why, isError: true } })
    case "Text":
      return post(model, chat, typed.text)
    case "Command": {
      const command: Command = { name: typed.name, rest: typed.rest }
      const next = emptied(model, chat)
      const done = ofScreen(next, chat, command) ?? stay(next, { _tag: "Run", conversation: model.current, command })
      return [done[0], [...told(next, chat, false), ...done[1]]]
    }
  }
}
