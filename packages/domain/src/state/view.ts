/** What is in view: who is there and who is writing. Neither durable nor complete, and gone with the connection. */
import type { Message } from "../Message.ts"
import type { Presence, PresenceState, Typist } from "../Presence.ts"
import type { ConversationId, UserId } from "../Ids.ts"
import type { LocalItem, State } from "./State.ts"

/** How somebody is seen; who is not in view is offline as far as one knows. */
export const presenceOf = (state: State, user: UserId): PresenceState => state.presence.get(user)?.state ?? "offline"

/** Who is writing in a conversation, in any thread or none. */
export const typists = (state: State, conversation: ConversationId): ReadonlyArray<Typist> =>
  state.typing.filter((typist) => typist.conversation === conversation)

export const present = (state: State, users: ReadonlyArray<Presence>): State => {
  if (users.length === 0) return state
  const presence = new Map(state.presence)
  for (const one of users) presence.set(one.user, one)
  return { ...state, presence }
}

/** The view is another one: of who and what is not in it nothing more will be heard. */
export const watched = (
  before: State,
  { conversations, users }: Extract<LocalItem, { readonly _tag: "Watched" }>,
): State => {
  const state = without(before, ({ conversation }) => !conversations.includes(conversation))
  if (users.length === 0 && state.presence.size === 0) return state
  return { ...state, presence: new Map(users.map((one) => [one.user, one])) }
}

export const typing = (state: State, { conversation, thread, user, until }: Typist): State => {
  const typist = { conversation, thread, user, until }
  return { ...state, typing: [...state.typing.filter((other) => !isSame(other, typist)), typist] }
}

/** Unless they have said so again since then. */
export const typingOver = (state: State, typist: Typist): State => without(state, (other) => other === typist)

/** Who has posted is not writing any more. */
export const posted = (state: State, { conversation, author }: Message): State =>
  without(state, (other) => other.conversation === conversation && other.user.id === author.id)

const without = (state: State, is: (typist: Typist) => boolean): State =>
  state.typing.some(is) ? { ...state, typing: state.typing.filter((typist) => !is(typist)) } : state

const isSame = (one: Typist, other: Typist): boolean =>
  one.conversation === other.conversation && one.thread === other.thread && one.user.id === other.user.id
