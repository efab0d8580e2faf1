/** Times for people, in the zone of the machine that they sit at. */
import type { Timestamp } from "@chat/domain/Values"

/** As the contract has it, or in milliseconds since 1970. */
type Moment = Timestamp | number

const two = (number: number) => String(number).padStart(2, "0")

/** Such as `2026-11-20`. */
export const localDate = (moment: Moment): string => {
  const date = new Date(moment)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Such as `14:03`. */
export const localTime = (moment: Moment): string => {
  const date = new Date(moment)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Such as `2026-11-20 14:03`. */
export const localMinute = (moment: Moment): string => `${localDate(moment)} ${localTime(moment)}`
