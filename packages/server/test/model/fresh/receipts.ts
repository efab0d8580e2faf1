// How far people have got, held against the model.
import type { ConversationId, UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { standing } from "../commands/outcome.ts"
import { marksFor, receiptsOf } from "../world/marks.ts"
import { headOf, type World } from "../world/World.ts"
import type { FreshConversation } from "./fetch.ts"
import type { Say } from "./problems.ts"

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

export const receiptProblems = (
  world: World,
  user: UserId,
  id: ConversationId,
  { marks }: FreshConversation,
  say: Say,
): void => {
  const refused = standing(world, id, user)
  const expected =
    refused === undefined
      ? {
          conversation: id,
          marks: marksFor(world, id, user),
          receipts: receiptsOf(world, user),
          asOf: headOf(world, id),
        }
      : { refused }
  if (!isDeepStrictEqual(plain(marks), plain(expected))) say("marks", marks, expected)
}
