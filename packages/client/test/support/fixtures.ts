/** The people, places and ids that the tests of this package are about. */
import { ConversationId, MessageId, SessionId, UserId } from "@chat/domain/Ids"
import type { User } from "@chat/domain/User"
import { DeviceName, Email, Timestamp, Username } from "@chat/domain/Values"

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`
export const conversationId = (n: number) => ConversationId.make(uuid(0xc0 + n))
export const messageId = (n: number) => MessageId.make(uuid(0x10_000 + n))

export const alice: User = { id: UserId.make(uuid(1)), username: Username.make("alice") }
export const bob: User = { id: UserId.make(uuid(2)), username: Username.make("bob") }

export const at = Timestamp.make("2026-01-01T00:00:00.000Z")
export const session = { id: SessionId.make(uuid(9)), device: DeviceName.make("test"), createdAt: at }
export const account = { ...alice, email: Email.make("alice@example.org"), createdAt: at }

/** What is set for a direct conversation. */
export const direct = {
  access: "private",
  slowMode: 0,
  readOnly: false,
  memberLimit: 0,
  archived: false,
  role: null,
} as const
