/**
 * A state as it is kept between two runs of a program: what the logs have said, up to the cursors. `Sync` goes on from
 * there, just as after a connection that was lost. What holds only while somebody is connected, what is on its way and
 * what is asked for when it is shown (members, marks) is left out, and of each conversation all but the newest messages.
 */
import * as Schema from "effect/Schema"
import { Contacts } from "../Contact.ts"
import { Conversation } from "../Conversation.ts"
import { ConversationId } from "../Ids.ts"
import { Invitation } from "../Invite.ts"
import { Message } from "../Message.ts"
import { Notice } from "../Notice.ts"
import { PresenceChoice } from "../Presence.ts"
import { Receipts } from "../ReadMarks.ts"
import { Session } from "../Session.ts"
import { Account, User } from "../User.ts"
import { Mark, Seq, Stamp } from "../Values.ts"
import { type ConversationState, empty, type State } from "./State.ts"
import { emptyWindow, type Window } from "./window.ts"

/**
 * To be raised with every change of what is kept or of what events say: a state that was made by a program which knew less
 * is not gone on from, but made anew.
 */
export const keptVersion = 1

export const Kept = Schema.Struct({
  version: Schema.Literal(keptVersion),
  account: Schema.Struct({
    account: Account,
    sessions: Schema.Array(Session),
    presence: PresenceChoice,
    receipts: Receipts,
    contacts: Contacts,
    invitations: Schema.Array(Invitation),
    seq: Seq,
    mark: Mark,
  }),
  conversations: Schema.Array(
    Schema.Struct({
      ...Conversation.fields,
      window: Schema.Struct({ from: Seq, messages: Schema.Array(Message) }),
    }),
  ),
  outdated: Schema.Array(ConversationId),
  stamp: Schema.NullOr(Stamp),
  users: Schema.Array(User),
  hidden: Schema.Array(Schema.Tuple([ConversationId, Schema.Array(Seq)])),
  notices: Schema.Array(Notice),
})
export type Kept = typeof Kept.Type

/** The end of a window, of so many messages. */
const endOf = ({ seq, window }: Pick<ConversationState, "seq" | "window">, messages: number): Window => {
  if (window.messages.length <= messages) return window
  const kept = messages === 0 ? [] : window.messages.slice(-messages)
  return kept[0] === undefined ? emptyWindow(seq) : { from: kept[0].seq, messages: kept }
}

/** What is to be kept of it, with so many messages of each conversation; `undefined`: nothing has come yet. */
export const keep = (state: State, messages: number): Kept | undefined => {
  const { account, conversations, outdated, stamp, users, hidden, notices } = state
  if (account === null) return undefined
  return {
    version: keptVersion,
    account,
    conversations: Array.from(conversations.values(), ({ members: _, ...conversation }) => ({
      ...conversation,
      window: endOf(conversation, messages),
    })),
    outdated: [...outdated],
    stamp,
    users: [...users.values()],
    hidden: Array.from(hidden, ([id, seqs]) => [id, [...seqs]] as const),
    notices,
  }
}

export const restored = ({ version: _, conversations, outdated, users, hidden, ...same }: Kept): State => ({
  ...empty,
  ...same,
  conversations: new Map(conversations.map((one) => [one.id, { ...one, members: null }])),
  outdated: new Set(outdated),
  users: new Map(users.map((user) => [user.id, user])),
  hidden: new Map(hidden.map(([id, seqs]) => [id, new Set(seqs)])),
})
