import { Mark } from "@chat/domain/Values"

/** 64 random bits, made with an event. */
export const newMark = (): Mark => Mark.make(Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex"))
