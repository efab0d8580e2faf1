// What is told everybody.
import { type CommandId, NoticeId, type UserId } from "@chat/domain/Ids"
import { NoticeText, Timestamp } from "@chat/domain/Values"
import type { Command } from "../commands/Command.ts"
import { isInForce, noticesIn } from "../world/notices.ts"
import { call } from "./calls.ts"
import { nth } from "./places.ts"
import type { Call, Kind, Shape, Step } from "./Program.ts"
import type { Random } from "./random.ts"
import type { Context } from "./resolve.ts"

const longAgo = Timestamp.make("2001-01-01T00:00:00.000Z")
const farAway = Timestamp.make("2100-01-01T00:00:00.000Z")

/** A command about a notice, if the call is such a thing: mostly of who may, and of one that is in force. */
export const notice = (
  { kind, what, where, text }: Call,
  { world }: Context,
  user: UserId,
  commandId: CommandId,
): Command | undefined => {
  const [admin = user] = world.admins.keys()
  const actor = where % 6 === 5 ? user : admin
  const known = [...world.notices.keys()]
  const over = known.filter((id) => !isInForce(world, id))
  if (kind === "withdraw") {
    const inForce = noticesIn(world).map(({ id }) => id)
    const one = nth(what % 4 === 3 ? over : inForce, what) ?? NoticeId.make(commandId)
    return { type: "WithdrawNotice", actor, notice: one }
  }
  if (kind !== "broadcast") return undefined
  const again = where % 5 === 4 ? nth(what % 4 === 3 ? over : known, what) : undefined
  const until = what % 11 === 10 ? longAgo : what % 3 === 2 ? farAway : undefined
  return {
    type: "BroadcastNotice",
    actor,
    // A notice has the id of its command.
    commandId: (again as string | undefined as CommandId | undefined) ?? commandId,
    text: NoticeText.make(text),
    ...(until === undefined ? {} : { until }),
  }
}

/** Everybody is told this and that, and not any more, often while one of the devices is away. */
export const announce = (
  random: Random,
  shape: Shape,
  texts: ReadonlyArray<string>,
  device: number,
): ReadonlyArray<Step> => {
  const one = (kind: Kind, where = 0, what = 2 * random.below(4)): Call => ({
    ...call(random, shape, texts, kind),
    where,
    what,
  })
  const tell = (): Step => ({ do: "commands", calls: [one("broadcast")] })
  const some = (): Step => ({ do: "commands", calls: [one("broadcast"), one("withdraw"), one("broadcast")] })
  const connect: Step = { do: "connect", device, node: random.below(shape.nodes), takes: "all" }
  return [
    tell(),
    connect,
    { do: "hear", device },
    { do: "cut", device, keepFetches: true },
    random.chance(0.5) ? { do: "commands", calls: [one("withdraw")] } : some(),
    connect,
    { do: random.chance(0.5) ? "hear" : "fill", device },
    some(),
    { do: "commands", calls: [one(random.pick<Kind>(["broadcast", "withdraw"]), 4, 3)] },
    { do: "hear", device },
  ]
}
