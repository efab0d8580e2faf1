// Devices come, and ask for pages.
import type { ConversationId } from "@chat/domain/Ids"
import { Seq } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import type { Device } from "../devices/Device.ts"
import type { Connection } from "../nodes/Node.ts"
import type { Step } from "../programs/Program.ts"
import { type Running, worldOf } from "./Running.ts"

export const connect = (running: Running, device: Device, node: number, takes: number | "all") =>
  Effect.flatMap(running.cluster.node(node).connect(device.user.id), (connection) =>
    device.connect(
      node % running.cluster.size,
      connection,
      worldOf(running),
      takes === "all" ? Infinity : takes,
      running.scope,
    ),
  )

export const fetch = (
  { scope }: Running,
  device: Device,
  connection: Connection,
  conversation: ConversationId,
  { page, limit, where }: Extract<Step, { readonly do: "fetch" }>,
): Effect.Effect<void> => {
  const shown = device.state.conversations.get(conversation)
  if (page === "members" || page === "more members") {
    const after = page === "members" ? undefined : (shown?.members?.next ?? undefined)
    const call = Effect.map(
      connection.members(conversation, { after, limit }),
      (found) => (number: number) =>
        ({ _tag: "MembersFetched", fetch: number, after: after ?? null, page: found }) as const,
    )
    return device.fetch(conversation, call, scope)
  }
  if (page === "marks") {
    const call = Effect.map(
      connection.marks(conversation),
      (found) => (number: number) => ({ _tag: "MarksFetched", fetch: number, page: found }) as const,
    )
    return device.fetch(conversation, call, scope)
  }
  const before = page === "older" ? shown?.window.from : page === "somewhere" ? Seq.make(1 + (where % 20)) : undefined
  const call = Effect.map(
    connection.history({ conversation, limit, ...(before === undefined ? {} : { before }) }),
    (found) => (number: number) => ({ _tag: "HistoryFetched", fetch: number, page: found }) as const,
  )
  return device.fetch(conversation, call, scope)
}
