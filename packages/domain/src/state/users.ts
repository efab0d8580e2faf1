/**
 * People change while they are embedded in messages, members and much else, in what is loaded and in what is on its way.
 * So the newest known version of each is kept, and whatever holds an older one is made anew with it.
 */
import type { UserId } from "../Ids.ts"
import type { User } from "../User.ts"

/** Everybody of whom a change is known, as of that change. */
export type Users = ReadonlyMap<UserId, User>

/** With one more change; the same object if a newer one is known. */
export const learn = (users: Users, user: User): Users =>
  revOf(users.get(user.id)) >= revOf(user) ? users : new Map(users).set(user.id, user)

/**
 * The value with every user in it at least as new as is known. It looks into arrays, maps and objects, whatever they are,
 * so that nothing which embeds a user has to be listed here; what does not change stays the same object.
 */
export const renew = <A>(value: A, users: Users): A => {
  if (users.size === 0 || typeof value !== "object" || value === null) return value
  // Each branch below gives back a value of the form that it was given.
  if (Array.isArray(value)) return renewArray(value, users) as A
  if (value instanceof Map) return renewMap(value, users) as A
  if (value instanceof Set) return value
  return renewObject(value, users)
}

const renewArray = (values: ReadonlyArray<unknown>, users: Users): ReadonlyArray<unknown> => {
  const renewed = values.map((value) => renew(value, users))
  return renewed.some((value, index) => value !== values[index]) ? renewed : values
}

const renewMap = (map: ReadonlyMap<unknown, unknown>, users: Users): ReadonlyMap<unknown, unknown> => {
  const changed = [...map].flatMap(([key, value]) => {
    const renewed = renew(value, users)
    return renewed === value ? [] : [[key, renewed] as const]
  })
  return changed.length === 0 ? map : new Map([...map, ...changed])
}

const renewObject = <A extends object>(value: A, users: Users): A => {
  const newer = newerOf(value, users)
  if (newer !== undefined) {
    // What is said of a user besides who they are stays.
    const { name: _name, rev: _rev, deleted: _deleted, ...rest } = value as A & Partial<User>
    return { ...rest, ...newer } as unknown as A
  }
  let renewed: A | undefined
  for (const key of Object.keys(value) as Array<keyof A>) {
    const part = renew(value[key], users)
    if (part === value[key]) continue
    renewed ??= { ...value }
    renewed[key] = part
  }
  return renewed ?? value
}

// An account has an address, and its own log says when it changes.
const newerOf = (value: object, users: Users): User | undefined => {
  if (!("username" in value) || !("id" in value) || "email" in value) return undefined
  const known = users.get(value.id as UserId)
  return known !== undefined && revOf(known) > revOf(value as Partial<User>) ? known : undefined
}

const revOf = (user: Partial<User> | undefined): number => (user === undefined ? -1 : (user.rev ?? 0))
