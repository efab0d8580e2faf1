// The notices that a device shows, held against those that there are.
import { noticesIn } from "../world/notices.ts"
import type { World } from "../world/World.ts"
import { isDeepStrictEqual } from "node:util"
import type { Device } from "./Device.ts"

/**
 * At any moment each is one that there was, as it was made; once a device has caught up, they are those that were in force
 * when it came, but for what has happened since.
 */
export const noticeProblems = (world: World, { state, following }: Device): ReadonlyArray<string> => {
  const show = (value: unknown) => JSON.stringify(value)
  const known = (id: string) => [...world.notices.values()].find(({ notice }) => notice.id === id)?.notice
  const unknown = state.notices.filter((notice) => !isDeepStrictEqual({ ...notice }, { ...known(notice.id) }))
  if (unknown.length > 0) return [`shows the notices ${show(unknown)}, which there never were`]
  if (following?.protocol.caughtUp !== true) return []
  const { began } = following
  const there = new Set(state.notices.map(({ id }) => id))
  const ended = state.notices.filter(({ id }) => began.notices.get(id)?.ended === true)
  const now = new Set(noticesIn(world).map(({ id }) => id))
  const missing = noticesIn(began).filter(({ id }) => now.has(id) && !there.has(id))
  return [
    ...(ended.length === 0 ? [] : [`has caught up, and shows ${show(ended)}, which had been withdrawn`]),
    ...(missing.length === 0 ? [] : [`has caught up, and does not show ${show(missing)}`]),
  ]
}
