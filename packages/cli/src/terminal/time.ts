/** Times for people, in the zone of the machine that they sit at. */
import type { Timestamp } from "@chat/domain/Values"

const two = (number: number) => String(number).padStart(2, "0")

/** Such as `2026-11-20`. */
export const localDate = (timestamp: Timestamp): string => {
  const date = new Date(timestamp)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Such as `14:03`. */
export const localTime = (timestamp: Timestamp): string => {
  const date = new Date(timestamp)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Such as `2026-11-20 14:03`. */
export const localMinute = (timestamp: Timestamp): string => `${localDate(timestamp)} ${localTime(timestamp)}`
