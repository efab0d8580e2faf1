/** Telling somebody who looks elsewhere that there is something for them. */
import type { ConversationId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { me } from "@chat/domain/state/State"
import { isMentioned } from "@chat/domain/state/unread"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { labelOfConversation } from "../live/label.ts"
import { isFolded } from "../messages/folding.ts"
import { printableLine } from "../text/printable.ts"
import { levelOf } from "./conversations.ts"
import type { ChatView, Model } from "./Model.ts"

export interface Notification {
  readonly conversation: ConversationId
  /** What the conversation goes by. */
  readonly place: string
  readonly author: string
  readonly text: string
  readonly mention: boolean
}

/** What somebody is told of a message; `undefined`: nothing, because they see it, or do not want to know. */
export const notificationOf = (message: Message, model: Model, chat: ChatView): Notification | undefined => {
  const { state } = chat
  const conversation = state.conversations.get(message.conversation)
  const own = me(state)
  const isSeen = model.focused && model.current === message.conversation && model.overlay._tag === "None"
  if (conversation === undefined || message.author.id === own || message.body === null || isSeen) return undefined
  if (state.account?.presence === "dnd" || isFolded(state, message)) return undefined
  const mention = isMentioned({ users: message.mentions, room: message.mentionsRoom }, own)
  const level = levelOf(conversation, chat.now)
  const isWanted = level === "none" ? false : mention || (level === "all" && conversation.kind !== "room")
  if (!isWanted) return undefined
  return {
    conversation: conversation.id,
    place: labelOfConversation(conversation),
    author: message.author.username,
    text: message.body,
    mention,
  }
}

const longest = 200

const brief = ({ place, author, text }: Notification): string => {
  const line = printableLine(text.replaceAll(/\s+/gu, " "))
  const where = place === `@${author}` ? "" : ` in ${place}`
  return `${printableLine(author)}${where}: ${[...line].slice(0, longest).join("")}`
}

const ways = {
  bell: () => "\u0007",
  // a semicolon after a number would be another command of some terminals
  osc9: (notification: Notification) => `\u001B]9;${brief(notification)}\u0007`,
  osc777: (notification: Notification) =>
    `\u001B]777;notify;${notification.place.replaceAll(";", ",")};${brief(notification).replaceAll(";", ",")}\u0007`,
} as const

const isWay = (word: string): word is keyof typeof ways => Object.hasOwn(ways, word)

/** From the environment: in which ways a terminal is told, and a command of the user's own. */
export const notifier = Effect.gen(function* () {
  const chosen = (yield* Config.String("CHAT_NOTIFY").pipe(Config.withDefault("bell,osc9")))
    .split(/[\s,]+/u)
    .filter(isWay)
  const command = yield* Config.String("CHAT_NOTIFY_COMMAND").pipe(Config.withDefault(""))
  return (notification: Notification, send: (text: string) => void): void => {
    send(chosen.map((way) => ways[way](notification)).join(""))
    if (command === "") return
    const child = spawn("/bin/sh", ["-c", command], { stdio: ["pipe", "ignore", "ignore"] })
    // what the command makes of it is its own affair
    child.on("error", () => undefined)
    child.stdin.on("error", () => undefined)
    child.stdin.end(`${JSON.stringify(notification)}\n`)
  }
})
