// What people say about themselves.
import { isDeepStrictEqual } from "node:util"
import type { Profile } from "../world/facts.ts"
import { profileOf, renamed } from "../world/people.ts"
import type { World } from "../world/World.ts"
import type { Answer, Of } from "./Command.ts"
import { happen, type Outcome, unchanged } from "./outcome.ts"

export const changeProfile = (
  world: World,
  command: Of<"UpdateProfile" | "ChangeUsername">,
  answer: Answer,
): Outcome => {
  const { actor } = command
  const before = profileOf(world, actor)
  if (command.type === "ChangeUsername") {
    const taken = [...world.users.values()].some(({ id, username }) => username === command.username && id !== actor)
    if (taken) return { refused: "UsernameTaken" }
  }
  const profile = wanted(before, command)
  if (isDeepStrictEqual(before, profile)) return unchanged(world, command, actor)
  const { world: next, done } = happen(world, command, actor, { type: "AccountChanged", profile }, answer)
  const isCalledSo = before.username === profile.username && before.name === profile.name
  return { done, world: isCalledSo ? next : renamed(next, actor, profile) }
}

const wanted = (before: Profile, command: Of<"UpdateProfile" | "ChangeUsername">): Profile => {
  if (command.type === "ChangeUsername") return { ...before, username: command.username }
  const { name = before.name, bio = before.bio, status = before.status } = command
  return { ...before, name, bio, status }
}
