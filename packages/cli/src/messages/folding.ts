/** Messages of people whom the reader has blocked: in rooms they come as everybody's do, and are folded to a line. */
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { Message } from "@chat/domain/Message"
import { isBlocked } from "@chat/domain/state/contacts"
import type { State } from "@chat/domain/state/State"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import { ChatHttp } from "@chat/client/http/ChatHttp"

/** Of whom nothing is folded. */
export const blockedFlag = Flag.Boolean("blocked").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Show also what people said whom you blocked"),
  Flag.withDefault(false),
)

/** One to one nothing new comes from somebody who is blocked, and what there was is why one looks there. */
export const isFolded = (state: State, { conversation, author }: Message): boolean =>
  state.conversations.get(conversation)?.peer === null && isBlocked(state, author.id)

/** The same for whoever follows nothing: blocks are asked for once, and conversations only where it depends on them. */
export const makeFolded = Effect.gen(function* () {
  const { rpc } = yield* ChatHttp
  const blocked = new Set<UserId>()
  let after: string | null | undefined
  while (after !== null) {
    const page = yield* rpc("ListBlocks", { limit: 100, ...(after === undefined ? {} : { after }) })
    for (const { user } of page.contacts) blocked.add(user.id)
    after = page.next
  }
  const rooms = new Map<ConversationId, boolean>()
  return Effect.fnUntraced(function* ({ conversation, author }: Message) {
    if (!blocked.has(author.id)) return false
    const known = rooms.get(conversation)
    if (known !== undefined) return known
    const isRoom = yield* rpc("GetConversation", { conversation }).pipe(
      Effect.map(({ peer }) => peer === null),
      // only rooms can be left
      Effect.catchTag("ConversationNotFound", () => Effect.succeed(true)),
    )
    rooms.set(conversation, isRoom)
    return isRoom
  })
})

/** Which of some messages are to be folded. */
export const readFolded = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>) {
  const isFolded = yield* makeFolded
  const folded = new Set(yield* Effect.filter(messages, isFolded))
  return (message: Message) => folded.has(message)
})

/** A message to show, or some after one another that are not shown. */
export type Shown = { readonly message: Message } | { readonly folded: ReadonlyArray<Message> }

/** The messages, with those that stand together and are to be folded in one. */
export const fold = (
  messages: ReadonlyArray<Message>,
  isFolded: (message: Message) => boolean,
): ReadonlyArray<Shown> => {
  const shown: Array<Shown> = []
  for (const message of messages) {
    const last = shown.at(-1)
    if (!isFolded(message)) shown.push({ message })
    else if (last !== undefined && "folded" in last) shown[shown.length - 1] = { folded: [...last.folded, message] }
    else shown.push({ folded: [message] })
  }
  return shown
}

/** The line that stands for them. */
export const foldedText = ({ length }: ReadonlyArray<Message>): string =>
  length === 1 ? "1 message of somebody you blocked" : `${length} messages of people you blocked`

/** What stands for the text of one of them where there is a line for each message. */
export const foldedWords = "(somebody you blocked: see --blocked)"
