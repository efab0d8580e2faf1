// Who people are, held against the model.
import type { UserId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { accountOf, profileOf } from "../world/people.ts"
import { userOf, type World } from "../world/World.ts"
import type { Fresh } from "./fetch.ts"
import type { Say } from "./problems.ts"

export const peopleProblems = (world: World, user: UserId, { me, profiles }: Fresh, say: Say): void => {
  const account = { ...accountOf(world, user), createdAt: me.createdAt }
  if (!isDeepStrictEqual({ ...me }, account)) say("me", me, account)
  for (const found of profiles) {
    const { bio, status } = profileOf(world, found.id)
    const expected = {
      ...userOf(world, found.id),
      ...(bio === "" ? {} : { bio }),
      ...(status === "" ? {} : { status }),
    }
    if (!isDeepStrictEqual({ ...found }, expected)) say("profile", found, expected)
  }
}
