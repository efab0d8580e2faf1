import type { HistoryVisibility, RoomSettings } from "./Room.ts"
import { RoomName, Topic } from "./Values.ts"

/** Settings of a room, which differ with the number; with 0 they are the usual ones. */
export const settings = (history: HistoryVisibility, n: number): RoomSettings => ({
  name: RoomName.make("here"),
  topic: Topic.make(n === 0 ? "" : `about ${n}`),
  history,
  access: n % 3 === 1 ? "private" : "public",
  slowMode: n % 2,
  readOnly: n % 2 === 1,
  memberLimit: n,
  archived: n % 5 === 1,
})
