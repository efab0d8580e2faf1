/** What is set for a room, as people read it. */
import type { RoomSettings } from "@chat/domain/Room"
import { printableLine } from "../text/printable.ts"

const accesses = { public: "", password: "with a password", private: "private" } as const

/** What is other than usual, and the topic. */
export const describeRoom = ({ access, slowMode, readOnly, memberLimit, archived, topic }: RoomSettings): string =>
  [
    archived ? "archived" : "",
    accesses[access],
    readOnly ? "read-only" : "",
    slowMode > 0 ? `a message every ${slowMode} s` : "",
    memberLimit > 0 ? `at most ${memberLimit} members` : "",
    printableLine(topic),
  ]
    .filter((part) => part !== "")
    .join(", ")

export const people = (count: number): string => (count === 1 ? "1 member" : `${count} members`)
