import { NotificationLevel, type Notifications } from "@chat/domain/Conversation"
import * as Schema from "effect/Schema"
import { Time } from "../storage/rows.ts"

/** The columns of `positions` that say what an account wants to be told of; null where there is no row. */
export const NotifyColumns = {
  notify: Schema.NullOr(NotificationLevel),
  notifyUntil: Schema.NullOr(Time),
}

/** As the contract has it: nothing is said of who wants to be told of everything. */
export const toNotifications = ({
  notify,
  notifyUntil,
}: {
  readonly notify: NotificationLevel | null
  readonly notifyUntil: NonNullable<Notifications["until"]> | null
}): { readonly notifications?: Notifications } => {
  if (notify === null || notify === "all") return {}
  return { notifications: { level: notify, ...(notifyUntil === null ? {} : { until: notifyUntil }) } }
}
