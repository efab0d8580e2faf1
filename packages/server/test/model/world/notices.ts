// What those who look after the server tell everybody.
import type { NoticeId, UserId } from "@chat/domain/Ids"
import type { Notice } from "@chat/domain/Notice"
import type { World } from "./World.ts"

/** A notice, who made it, and whether it was withdrawn. */
export interface Noticed {
  readonly notice: Notice
  readonly by: UserId
  readonly ended: boolean
}

/** Those in force, the newest first. The end of one is far away, if it has one. */
export const noticesIn = ({ notices }: World): ReadonlyArray<Notice> =>
  [...notices.values()]
    .flatMap(({ notice, ended }) => (ended ? [] : [notice]))
    .toSorted((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1))

export const isInForce = ({ notices }: World, id: NoticeId): boolean => notices.get(id)?.ended === false

/** The world with this one in the place of what was known of it. */
export const setNotice = (world: World, noticed: Noticed): World => ({
  ...world,
  notices: new Map(world.notices).set(noticed.notice.id, noticed),
})
