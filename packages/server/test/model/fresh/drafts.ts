// Drafts that were fetched anew, held against the model. When they were written, the model was not told.
import type { Draft } from "@chat/domain/Draft"
import type { UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { type Drafted, draftsIn } from "../world/drafts.ts"
import type { World } from "../world/World.ts"
import type { Fresh } from "./fetch.ts"
import type { Say } from "./problems.ts"

/** Whether these are the drafts. */
export const areDrafts = (found: ReadonlyArray<Draft>, expected: ReadonlyArray<Drafted>): boolean =>
  isDeepStrictEqual(
    found.map(({ thread, body, rev }) => [thread ?? 0, body, rev]),
    expected.map(({ thread, body, rev }) => [thread, body, rev]),
  )

export const draftProblems = (world: World, user: UserId, { list, drafts }: Fresh, say: Say): void => {
  for (const { id, drafts: found = [] } of list) {
    const expected = draftsIn(world, id, user)
    if (!areDrafts(found, expected)) say("drafts", found, expected)
  }
  const keyOf = ({ conversation, thread }: (typeof drafts)[number]) =>
    `${conversation}/${String(thread ?? 0).padStart(9)}`
  const expected = list
    .flatMap(({ id, drafts: found = [] }) => found.map((draft) => ({ conversation: id, ...draft })))
    .toSorted((a, b) => {
      const [left, right] = a.at === b.at ? [keyOf(a), keyOf(b)] : [a.at, b.at]
      return left < right ? 1 : -1
    })
  if (JSON.stringify(drafts) !== JSON.stringify(expected)) say("list of drafts", drafts, expected)
}
