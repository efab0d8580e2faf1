// What is told everybody, and what is not any more.
import { NoticeId } from "@chat/domain/Ids"
import { isDeepStrictEqual } from "node:util"
import { noticesIn, setNotice } from "../world/notices.ts"
import type { World } from "../world/World.ts"
import { type Answer, type Of, rules } from "./Command.ts"
import type { Judgement } from "./positions.ts"

export const changeNotices = (
  world: World,
  command: Of<"BroadcastNotice" | "WithdrawNotice">,
  answer: Answer,
): Judgement => {
  const { actor } = command
  const id = command.type === "BroadcastNotice" ? NoticeId.make(command.commandId) : command.notice
  const known = world.notices.get(id)
  if (command.type === "WithdrawNotice") {
    const refusal = world.admins.has(actor) ? (known === undefined ? "NoticeNotFound" : undefined) : "NotPermitted"
    if (refusal !== undefined) return refused(world, answer, refusal)
    if (answer._tag !== "Done" || known === undefined) return { expected: "nothing" }
    return { world: setNotice(world, { ...known, ended: true }) }
  }
  // A repeat is given what the first was given, whatever it says and whatever has become of that.
  const refusal = known === undefined ? refusalOf(world, command) : known.by === actor ? undefined : "IdTaken"
  if (refusal !== undefined) return refused(world, answer, refusal)
  if (answer._tag !== "Notice") return { expected: "a notice" }
  const { notice } = answer
  const { text, until } = command
  const expected = known?.notice ?? { id, text, at: notice.at, ...(until === undefined ? {} : { until }) }
  if (!isDeepStrictEqual({ ...notice }, { ...expected })) return { expected: JSON.stringify(expected) }
  return { world: known === undefined ? setNotice(world, { notice, by: actor, ended: false }) : world }
}

const refusalOf = (world: World, { actor, until }: Of<"BroadcastNotice">): string | undefined => {
  if (!world.admins.has(actor)) return "NotPermitted"
  // What has ended already, programs put long ago.
  if (until !== undefined && until < "2020") return "BadRequest"
  return noticesIn(world).length >= rules.notices ? "TooLarge" : undefined
}

const refused = (world: World, answer: Answer, refusal: string): Judgement =>
  answer._tag === "Refused" && answer.error === refusal ? { world } : { expected: refusal }
