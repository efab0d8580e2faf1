import type { UserId } from "@chat/domain/Ids"
import { Email, Username } from "@chat/domain/Values"

const prefix = "deleted-"

/** The name of an account that was deleted, which nobody can have or take. */
export const nameOfDeleted = (user: UserId): Username => Username.make(`${prefix}${user.slice(-12)}`)

/** The address of an account that was deleted: there is no such domain (RFC 2606). */
export const emailOfDeleted = (user: UserId): Email => Email.make(`${user}@deleted.invalid`)

/** Whether a name is kept back. */
export const isReserved = (username: Username): boolean => username.startsWith(prefix)
