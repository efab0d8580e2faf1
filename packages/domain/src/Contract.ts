/** The whole contract: what a server serves and a client calls, over any transport. */
import { AccountRpcs } from "./AccountRpcs.ts"
import { AdminRpcs } from "./AdminRpcs.ts"
import { Boundary } from "./Authentication.ts"
import { ContactRpcs } from "./ContactRpcs.ts"
import { ConversationRpcs } from "./ConversationRpcs.ts"
import { DraftRpcs } from "./DraftRpcs.ts"
import { ExportRpcs } from "./ExportRpcs.ts"
import { NoticeRpcs } from "./NoticeRpcs.ts"
import { GroupRpcs } from "./GroupRpcs.ts"
import { MessageRpcs } from "./MessageRpcs.ts"
import { InviteRpcs } from "./InviteRpcs.ts"
import { RoomRpcs } from "./RoomRpcs.ts"
import { ReportRpcs } from "./ReportRpcs.ts"
import { SearchRpcs } from "./SearchRpcs.ts"
import { PersonalRpcs } from "./PersonalRpcs.ts"
import { ReactionRpcs } from "./ReactionRpcs.ts"
import { ReadMarkRpcs } from "./ReadMarkRpcs.ts"
import { PresenceRpcs } from "./PresenceRpcs.ts"
import { OpenRpcs, SessionRpcs } from "./SessionRpcs.ts"
import { SyncRpcs } from "./SyncRpcs.ts"

/** Raised by one whenever a client of the version before could not go on. */
export const contractVersion = 1

/** Every call there is. */
export class ChatRpcs extends OpenRpcs.merge(
  SessionRpcs,
  AccountRpcs,
  AdminRpcs,
  ContactRpcs,
  ConversationRpcs,
  GroupRpcs,
  RoomRpcs,
  InviteRpcs,
  MessageRpcs,
  SearchRpcs,
  ReportRpcs,
  ExportRpcs,
  ReactionRpcs,
  PresenceRpcs,
  PersonalRpcs,
  ReadMarkRpcs,
  DraftRpcs,
  NoticeRpcs,
  SyncRpcs,
).middleware(Boundary) {}
