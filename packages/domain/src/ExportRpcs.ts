/** Taking along everything that a server knows about oneself. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { Authentication } from "./Authentication.ts"
import { failures } from "./Errors.ts"
import { Query } from "./Values.ts"

/**
 * One thing that concerns the account. By `type`: `account`, `profile`, `session`, `audit` (what concerned its security),
 * `event` (of its own log), `conversation` (as it stands in the list, or only its `id` where the account has left), and
 * `message` (one that it can see, after the conversation that it is of). Later versions have more.
 */
export const ExportItem = Schema.Struct({ type: Schema.String, data: Schema.Json })
export type ExportItem = typeof ExportItem.Type

/**
 * Everything that concerns the account, part by part: give `next` back as `after` until it is `null`. A part without
 * items is not the last one. What changes meanwhile may be in it as it was or as it is.
 */
export class Export extends Rpc.make("Export", {
  payload: { after: Schema.optionalKey(Query) },
  success: Schema.Struct({ items: Schema.Array(ExportItem), next: Schema.NullOr(Schema.String) }),
  error: failures(),
}) {}

export class ExportRpcs extends RpcGroup.make(Export).middleware(Authentication) {}
