// Everything that somebody can fetch, fetched anew.
import type { Contacts } from "@chat/domain/Contact"
import type { Conversation, Member, Room } from "@chat/domain/Conversation"
import { type ConversationId, conversationLog, LogId, type UserId } from "@chat/domain/Ids"
import type { Invitation, InviteLink, SentInvitation } from "@chat/domain/Invite"
import type { Notice } from "@chat/domain/Notice"
import type { ReadMarksPage } from "@chat/domain/ReadMarks"
import type { ListedDraft } from "@chat/domain/Draft"
import type { Message, ThreadPage } from "@chat/domain/Message"
import type { Ban } from "@chat/domain/Room"
import type { ListedSession } from "@chat/domain/Session"
import type { Account, Profile } from "@chat/domain/User"
import type { ThreadSummary } from "@chat/domain/Thread"
import type { LogPage } from "@chat/domain/Sync"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Connection, Reactions, Refusal, Star } from "../nodes/Node.ts"
import { isRoom } from "../world/rooms.ts"
import { conversationsIn, headOf, logOf, peopleIn, type World } from "../world/World.ts"

export type Items = (typeof LogPage.Type)["items"]

export interface Refused {
  readonly refused: string
}

/** What one account can fetch of one conversation. */
export interface FreshConversation {
  readonly one: Conversation | Refused
  readonly down: ReadonlyArray<Message> | Refused
  readonly up: ReadonlyArray<Message> | Refused
  readonly members: ReadonlyArray<Member> | Refused
  readonly pins: ReadonlyArray<Message> | Refused
  readonly bans: ReadonlyArray<Ban> | Refused
  /** By the places of the messages. */
  readonly reactions: ReadonlyMap<number, Reactions>
  readonly log: ReadonlyArray<Items[number]> | Refused
  /** By their places, whether they are messages or not. */
  readonly invited: ReadonlyArray<SentInvitation> | Refused
  readonly links: ReadonlyArray<InviteLink> | Refused
  readonly marks: ReadMarksPage | Refused
  readonly some: ReadonlyArray<Message> | Refused
}

export interface Fresh {
  readonly list: ReadonlyArray<Conversation>
  readonly own: ReadonlyArray<Items[number]> | Refused
  /** Also those of other programs. */
  readonly rooms: ReadonlyArray<Room>
  readonly me: Account
  readonly sessions: ReadonlyArray<ListedSession>
  readonly profiles: ReadonlyArray<Profile>
  readonly stars: ReadonlyArray<Star>
  readonly drafts: ReadonlyArray<ListedDraft>
  readonly invitations: ReadonlyArray<Invitation>
  readonly threads: ReadonlyArray<ThreadSummary>
  /** What is in each of these. */
  readonly inThreads: ReadonlyArray<ThreadPage>
  readonly contacts: Contacts
  readonly notices: ReadonlyArray<Notice>
  readonly conversations: ReadonlyMap<ConversationId, FreshConversation>
}

const orRefused = <A>(effect: Effect.Effect<A, Refusal>): Effect.Effect<A | Refused> =>
  Effect.catch(effect, ({ _tag }) => Effect.succeed({ refused: _tag }))

const whole = Effect.fnUntraced(function* <A, C>(
  page: (after: C | undefined) => Effect.Effect<{ readonly items: ReadonlyArray<A>; readonly next: C | null }, Refusal>,
) {
  const items: Array<A> = []
  let after: C | undefined
  while (true) {
    const { items: more, next } = yield* page(after)
    items.push(...more)
    if (next === null) return items
    after = next
  }
})

/** The history upwards or downwards; each page has to say truly what it holds. */
const history = (connection: Connection, conversation: ConversationId, direction: "before" | "after", limit: number) =>
  whole<Message, Seq>((from = direction === "after" ? Seq.make(0) : undefined) =>
    Effect.map(
      connection.history({ conversation, limit, ...(from === undefined ? {} : { [direction]: from }) }),
      (page) => {
        const outside = page.messages.find(({ seq }) => seq < page.from || seq > page.to)
        if (outside !== undefined) throw new Error(`A page from ${page.from} to ${page.to} has ${outside.seq}`)
        const next = direction === "before" ? page.from : page.to
        return {
          items: direction === "before" ? page.messages.toReversed() : page.messages,
          next: page.more ? next : null,
        }
      },
    ),
  )

const log = (connection: Connection, id: LogId) =>
  whole<Items[number], Seq>((after = Seq.make(0)) =>
    Effect.map(connection.readLog(id, after, 7), ({ items, head }) => {
      const last = items.at(-1)
      const to = last === undefined ? after : last._tag === "Skip" ? last.to : last.event.seq
      return { items, next: to < head ? to : null }
    }),
  )

const members = (connection: Connection, conversation: ConversationId) =>
  whole<Member, string>((after) =>
    Effect.map(connection.members(conversation, { after, limit: 2 }), (page) => ({
      items: page.members,
      next: page.next,
    })),
  )

const reactionsTo = Effect.fnUntraced(function* (connection: Connection, messages: ReadonlyArray<Message>) {
  const found = new Map<number, Reactions>()
  for (const { id, conversation, seq, reactions, hidden } of messages) {
    if (reactions.length > 0 && !hidden) found.set(seq, yield* connection.reactions(conversation, id))
  }
  return found
})

const noEntries = { invited: [], links: [] }

const entries = (connection: Connection, id: ConversationId) =>
  Effect.all({ invited: orRefused(connection.invited(id)), links: orRefused(connection.links(id)) })

/** As many as may be asked for at once. */
const placesIn = (world: World, id: ConversationId): ReadonlyArray<Seq> =>
  Array.from({ length: Math.min(headOf(world, id), 100) }, (_, index) => Seq.make(index + 1))

/** Fetches everything that an account may ask for. */
export const fetchAll = Effect.fnUntraced(function* (
  world: World,
  connection: Connection,
  user: UserId,
  prefix: string,
) {
  const list = yield* whole<Conversation, string>((after) =>
    Effect.map(connection.conversations({ after, limit: 2 }), (page) => ({
      items: page.conversations,
      next: page.next,
    })),
  )
  const conversations = new Map<ConversationId, FreshConversation>()
  for (const id of conversationsIn(world)) {
    const down = yield* orRefused(history(connection, id, "before", 3))
    conversations.set(id, {
      one: yield* orRefused(connection.conversation(id)),
      down,
      bans: yield* orRefused(connection.bans(id)),
      pins: yield* orRefused(connection.pins(id)),
      reactions: yield* reactionsTo(connection, "refused" in down ? [] : down),
      up: yield* orRefused(history(connection, id, "after", 4)),
      members: yield* orRefused(members(connection, id)),
      log: yield* orRefused(log(connection, conversationLog(id))),
      ...(isRoom(logOf(world, id)) ? yield* entries(connection, id) : noEntries),
      marks: yield* orRefused(connection.marks(id)),
      some: yield* orRefused(connection.messages(id, placesIn(world, id))),
    })
  }
  const threads = yield* whole<ThreadSummary, string>((after) =>
    Effect.map(connection.threads({ after, limit: 2 }), (page) => ({ items: page.threads, next: page.next })),
  )
  return {
    invitations: yield* whole<Invitation, string>((after) =>
      Effect.map(connection.invitations({ after, limit: 1 }), ({ invitations, next }) => ({
        items: invitations,
        next,
      })),
    ),
    drafts: yield* whole<ListedDraft, string>((after) =>
      Effect.map(connection.drafts({ after, limit: 2 }), ({ drafts, next }) => ({ items: drafts, next })),
    ),
    threads,
    inThreads: yield* Effect.forEach(threads, ({ root }) => connection.thread(root.conversation, root.seq)),
    list,
    conversations,
    own: yield* orRefused(log(connection, LogId.make(user))),
    rooms: yield* whole<Room, string>((after) =>
      Effect.map(connection.rooms({ after, limit: 5 }, prefix), (page) => ({ items: page.rooms, next: page.next })),
    ),
    stars: yield* whole<Star, Seq>((before) =>
      Effect.map(connection.stars(before, 3), ({ stars, next }) => ({ items: stars, next })),
    ),
    contacts: yield* connection.contacts,
    notices: yield* connection.notices,
    me: yield* connection.me,
    sessions: yield* connection.sessions,
    profiles: yield* Effect.forEach(peopleIn(world), ({ id }) => connection.profile(id)),
  } satisfies Fresh
})
