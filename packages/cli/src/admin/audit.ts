/** `chat admin audit`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { AuditEntry } from "@chat/domain/Admin"
import { Output, type Style } from "../terminal/Output.ts"
import { printableLine } from "../text/printable.ts"
import { localMinute } from "../terminal/time.ts"
import { findUser } from "../users/named.ts"

const largestPage = 100

const render = ({ at, action, account, actor, address, detail }: AuditEntry, style: Style): string => {
  const who = account === null ? "" : ` @${account.username}`
  const by = actor === null ? "" : ` by @${actor.username}`
  const facts = [...Object.entries(detail).map(([key, value]) => `${key} ${value}`), address ?? ""]
  const faint = facts.filter((fact) => fact !== "").map(printableLine)
  return `${style.faint(localMinute(at))}  ${printableLine(action)}${style.name(who)}${by}  ${style.faint(faint.join(", "))}`
}

export const audit = Command.make(
  "audit",
  {
    user: Flag.String("user").pipe(
      Flag.withMetavar("USER"),
      Flag.withDescription("Only what is about this person, or was done by them"),
      Flag.optional,
    ),
    action: Flag.String("action").pipe(
      Flag.withMetavar("ACTION"),
      Flag.withDescription("Only this, such as failed-login"),
      Flag.optional,
    ),
    limit: Flag.Int("limit").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("How many entries, the newest; 50 if absent"),
      Flag.withDefault(50),
    ),
  },
  Effect.fn("admin.audit")(function* (input) {
    const output = yield* Output
    const { rpc } = yield* ChatHttp
    const account = Option.isSome(input.user) ? { account: (yield* findUser(input.user.value)).id } : {}
    const filter = { ...account, ...(Option.isSome(input.action) ? { action: input.action.value } : {}) }
    const entries: Array<AuditEntry> = []
    for (let more = true; more && entries.length < input.limit;) {
      const last = entries.at(-1)
      const page = yield* rpc("ReadAudit", {
        ...filter,
        limit: Math.min(largestPage, input.limit - entries.length),
        ...(last === undefined ? {} : { before: last.id }),
      })
      entries.push(...page.entries)
      more = page.more
    }
    for (const entry of entries.toReversed()) yield* output.show(AuditEntry, entry, render(entry, output.style))
  }),
).pipe(
  Command.withDescription("Show what concerned security, oldest first"),
  Command.withExamples([
    { command: "chat admin audit --user bob" },
    { command: "chat admin audit --action failed-login --limit 200" },
  ]),
)
