import { Mark } from "@chat/domain/Values"
import { randomFillSync } from "node:crypto"

/** Asking for many random bits at once costs as much as asking for a few. */
const pool = Buffer.alloc(4_096)
let used = pool.length

/** 64 random bits, made with an event. */
export const newMark = (): Mark => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 8
  return Mark.make(pool.toString("hex", used - 8, used))
}
