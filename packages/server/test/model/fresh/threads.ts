// Threads that were fetched anew, held against the model.
import type { UserId } from "@chat/domain/Ids"
import { ThreadPage } from "@chat/domain/Message"
import { ThreadSummary } from "@chat/domain/Thread"
import * as Schema from "effect/Schema"
import { openConversations } from "../world/conversations.ts"
import { saidInThread, threadsOf } from "../world/threads.ts"
import type { World } from "../world/World.ts"
import type { Fresh } from "./fetch.ts"
import type { Say } from "./problems.ts"

const sameSummary = Schema.toEquivalence(ThreadSummary)
const samePage = Schema.toEquivalence(ThreadPage)

export const threadProblems = (world: World, user: UserId, { threads, inThreads }: Fresh, say: Say): void => {
  const lastAt = ({ root }: ThreadSummary): string => {
    const last = saidInThread(world, root.conversation, user, root.seq).find(({ seq }) => seq === root.lastReply)
    return last?.postedAt ?? ""
  }
  const expected = [...openConversations(world, user)]
    .flatMap((id) => threadsOf(world, id, user))
    .toSorted((a, b) => {
      const [left, right] = [lastAt(a), lastAt(b)]
      return left === right ? (a.root.id < b.root.id ? 1 : -1) : left < right ? 1 : -1
    })
  const same = threads.length === expected.length && threads.every((one, at) => isSame(one, expected[at]))
  if (!same) say("threads", threads, expected)
  for (const page of inThreads) {
    const { root } = page
    const messages = saidInThread(world, root.conversation, user, root.seq)
    if (!samePage(page, { ...page, messages })) say(`thread ${root.seq}`, page.messages, messages)
  }
}

const isSame = (one: ThreadSummary, other: ThreadSummary | undefined) => other !== undefined && sameSummary(one, other)
