// What people are called, and what they say about themselves.
import type { UserId } from "@chat/domain/Ids"
import { Bio, StatusText } from "@chat/domain/Values"
import { isDeepStrictEqual } from "node:util"
import type { Profile } from "./facts.ts"
import { logOf, userOf, type World } from "./World.ts"

/** What somebody says about themselves. */
export const profileOf = (world: World, id: UserId): Profile => {
  const changed = logOf(world, id).findLast(({ fact }) => fact.type === "AccountChanged")
  if (changed?.fact.type === "AccountChanged") return changed.fact.profile
  return { username: userOf(world, id).username, name: null, bio: Bio.make(""), status: StatusText.make("") }
}

/** An account as its owner sees it, but for when it began. */
export const accountOf = (world: World, id: UserId): object => {
  const { username, name } = profileOf(world, id)
  return { id, username, email: emailOf(world, id), ...(name === null ? {} : { name }), ...roleOf(world, id) }
}

const roleOf = ({ admins, departed }: World, id: UserId): object =>
  admins.has(id) && !departed.has(id) ? { role: "admin" } : {}

const emailOf = (world: World, id: UserId): string =>
  `${(world.formerly.get(id)?.[0] ?? userOf(world, id)).username}@example.org`

/** The world in which somebody is called otherwise. */
export const renamed = (world: World, id: UserId, { username, name }: Profile): World => {
  const before = userOf(world, id)
  const user = { id, username, ...(name === null ? {} : { name }), rev: (before.rev ?? 0) + 1 }
  const formerly = new Map(world.formerly).set(id, [...(world.formerly.get(id) ?? []), before])
  return { ...world, users: new Map(world.users).set(id, user), formerly }
}

/**
 * The value with everybody in it as they are called now, where it has them as they were called before: others learn of a
 * change some time after it.
 */
export const upToDate = <A>(world: World, value: A): A =>
  // What is put in the place of a value has its form.
  replaced(world, value) as A

const replaced = (world: World, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || world.formerly.size === 0) return value
  if (Array.isArray(value)) return value.map((one) => replaced(world, one))
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, replaced(world, one)]))
  if (value instanceof Set) return value
  const former = "id" in value ? (world.formerly.get(value.id as UserId) ?? []) : []
  if (former.some((user) => isDeepStrictEqual(user, { ...value }))) return world.users.get((value as { id: UserId }).id)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(world, one)]))
}

/** Whether somebody in the value is called as they are no longer. */
export const isOutOfDate = (world: World, value: unknown): boolean => {
  if (typeof value !== "object" || value === null || world.formerly.size === 0) return false
  if (Array.isArray(value)) return value.some((one) => isOutOfDate(world, one))
  if (value instanceof Map) return [...value.values()].some((one) => isOutOfDate(world, one))
  const former = "id" in value ? (world.formerly.get(value.id as UserId) ?? []) : []
  if (former.some((user) => isDeepStrictEqual(user, { ...value }))) return true
  return Object.values(value).some((one) => isOutOfDate(world, one))
}
