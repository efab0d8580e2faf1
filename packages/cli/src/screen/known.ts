/** What a word that is being written may become. */
import type { User } from "@chat/domain/User"
import type { Known } from "../completion/complete.ts"
import { commands } from "../line/commands.ts"
import type { ChatView, Model } from "./Model.ts"

const nobody: ReadonlyArray<User> = []

/** Those who spoke here last, then the others who are here, then everybody else who is known. */
const peopleOf = ({ current }: Model, { state }: ChatView): ReadonlyArray<User> => {
  const here = current === null ? undefined : state.conversations.get(current)
  const spoke = here?.window.messages.slice(-200).map(({ author }) => author) ?? nobody
  const others = [...state.conversations.values()].flatMap(({ peer, people }) =>
    (peer === null ? [] : [peer]).concat(people ?? []),
  )
  const everybody = spoke
    .toReversed()
    .concat(
      here?.members?.list.map(({ user }) => user) ?? nobody,
      others,
      state.account?.contacts.friends.map(({ user }) => user) ?? nobody,
    )
  const found = new Map(everybody.toReversed().map((user) => [user.id, user]))
  return [...new Set(everybody.map(({ id }) => id))].flatMap((id) => found.get(id) ?? [])
}

export const knownIn = (model: Model, chat: ChatView): Known => ({
  people: peopleOf(model, chat),
  rooms: [...chat.state.conversations.values()].flatMap(({ name }) => name ?? []),
  commands,
  emoji: chat.emoji,
})
