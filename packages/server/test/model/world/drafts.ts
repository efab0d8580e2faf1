// What people have begun to write.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import type { Body } from "@chat/domain/Values"
import { membersAt } from "./rooms.ts"
import { conversationsIn, logOf, pair, type World } from "./World.ts"

/** What somebody had begun to write in a conversation or a thread of it (else 0), as a member since `joined`. */
export interface Drafted {
  readonly joined: number
  readonly thread: number
  readonly body: Body | null
  readonly rev: number
}

/** All that there ever was of it, the last one last. */
export const everDrafted = (world: World, id: ConversationId, user: UserId): ReadonlyArray<Drafted> =>
  world.drafts.get(pair(user, id)) ?? []

/** What a draft has come to; one goes with the membership in which it was written. */
export const draftAt = (world: World, id: ConversationId, user: UserId, thread: number): Drafted | undefined => {
  const drafted = everDrafted(world, id, user)
  if (drafted.length === 0) return undefined
  const joined = membersAt(logOf(world, id)).get(user)
  return drafted.findLast((draft) => draft.thread === thread && draft.joined === joined)
}

/** The drafts of somebody in a conversation that say something, that of the conversation itself first. */
export const draftsIn = (world: World, id: ConversationId, user: UserId): ReadonlyArray<Drafted> =>
  [...new Set(everDrafted(world, id, user).map(({ thread }) => thread))]
    .toSorted((a, b) => a - b)
    .flatMap((thread) => {
      const draft = draftAt(world, id, user, thread)
      return draft === undefined || draft.body === null ? [] : [draft]
    })

/** The same of all conversations. */
export const draftsOf = (world: World, user: UserId) =>
  conversationsIn(world).flatMap((conversation) =>
    draftsIn(world, conversation, user).map((draft) => ({ conversation, ...draft })),
  )

/** Whether anybody has begun to write in the thread of a message. */
export const isDrafted = (world: World, id: string, seq: number): boolean =>
  [...world.drafts].some(([key, drafts]) => key.endsWith(`/${id}`) && drafts.some(({ thread }) => thread === seq))

/** The world in which somebody has written this. */
export const draft = (world: World, id: ConversationId, user: UserId, thread: number, body: Body | null): World => {
  const joined = membersAt(logOf(world, id)).get(user) ?? 0
  const rev = (draftAt(world, id, user, thread)?.rev ?? 0) + 1
  const drafted = [...everDrafted(world, id, user), { joined, thread, body, rev }]
  return { ...world, drafts: new Map(world.drafts).set(pair(user, id), drafted) }
}
