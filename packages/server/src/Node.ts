import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AccountLog } from "./logs/AccountLog.ts"
import { Accounts } from "./accounts/Accounts.ts"
import { Credentials } from "./accounts/Credentials.ts"
import { Deletion } from "./accounts/Deletion.ts"
import { Farewell } from "./accounts/Farewell.ts"
import { OwnPassword } from "./accounts/OwnPassword.ts"
import { Passwords } from "./passwords/Passwords.ts"
import { Profiles } from "./accounts/Profiles.ts"
import { Alterations } from "./users/Alterations.ts"
import { Directory } from "./users/Directory.ts"
import { layerAccountHandlers } from "./accounts/handlers.ts"
import { AccountAdmin } from "./admin/AccountAdmin.ts"
import { layerAdminHandlers } from "./admin/handlers.ts"
import { ResetLinks } from "./admin/ResetLinks.ts"
import { ServerRoles } from "./admin/ServerRoles.ts"
import { AuditReader } from "./audit/AuditReader.ts"
import { Contacts } from "./contacts/Contacts.ts"
import { ContactReader } from "./contacts/ContactReader.ts"
import { layerContactHandlers } from "./contacts/handlers.ts"
import { Audit } from "./audit/Audit.ts"
import { Express } from "./express/Express.ts"
import { Connections } from "./connections/Connections.ts"
import { layerHttpServer } from "./connections/HttpServer.ts"
import { ConversationReader } from "./conversations/ConversationReader.ts"
import { Conversations } from "./conversations/Conversations.ts"
import { layerGroupHandlers } from "./conversations/groupHandlers.ts"
import { Groups } from "./conversations/Groups.ts"
import { layerConversationHandlers } from "./conversations/handlers.ts"
import { Membership } from "./conversations/Membership.ts"
import { RoomReader } from "./conversations/RoomReader.ts"
import { Delivery } from "./delivery/Delivery.ts"
import { layerSyncHandlers } from "./delivery/handlers.ts"
import { layerBoundary } from "./limits/boundary.ts"
import { Drafts } from "./drafts/Drafts.ts"
import { layerDraftHandlers } from "./drafts/handlers.ts"
import { layerNoticeHandlers } from "./notices/handlers.ts"
import { Notices } from "./notices/Notices.ts"
import { layerReportHandlers } from "./reports/handlers.ts"
import { Reports } from "./reports/Reports.ts"
import { Exports } from "./export/Exports.ts"
import { layerExportHandlers } from "./export/handlers.ts"
import { RateLimits } from "./limits/RateLimits.ts"
import { Commands } from "./logs/Commands.ts"
import { LogReader } from "./logs/LogReader.ts"
import { Logs } from "./logs/Logs.ts"
import { layerMessageHandlers } from "./messages/handlers.ts"
import { History } from "./messages/History.ts"
import { Messages } from "./messages/Messages.ts"
import { Positions } from "./messages/Positions.ts"
import { Revisions } from "./messages/Revisions.ts"
import { Threads } from "./messages/Threads.ts"
import { Hiding } from "./personal/Hiding.ts"
import { Stars } from "./personal/Stars.ts"
import { layerPersonalHandlers } from "./personal/handlers.ts"
import { Pins } from "./reactions/Pins.ts"
import { Reactions } from "./reactions/Reactions.ts"
import { layerReactionHandlers } from "./reactions/handlers.ts"
import { layerReceiptHandlers } from "./receipts/handlers.ts"
import { Marks } from "./receipts/Marks.ts"
import { layerPresenceHandlers } from "./presence/handlers.ts"
import { Presence } from "./presence/Presence.ts"
import { PresenceStore } from "./presence/PresenceStore.ts"
import { layerRoomHandlers } from "./rooms/handlers.ts"
import { Invitations } from "./rooms/Invitations.ts"
import { InviteLinks } from "./rooms/InviteLinks.ts"
import { layerInviteHandlers } from "./rooms/inviteHandlers.ts"
import { Moderation } from "./rooms/Moderation.ts"
import { RoomMembership } from "./rooms/RoomMembership.ts"
import { Rooms } from "./rooms/Rooms.ts"
import { Readiness } from "./operations/Readiness.ts"
import { layerOperationsRoutes } from "./operations/routes.ts"
import { layerDocumentRoutes } from "./rest/documentRoutes.ts"
import { layerRestRoutes } from "./rest/routes.ts"
import { layerAuthentication } from "./sessions/authentication.ts"
import { layerSearchHandlers } from "./search/handlers.ts"
import { Search } from "./search/Search.ts"
import { layerSessionHandlers } from "./sessions/handlers.ts"
import { layerJwksRoute } from "./sessions/jwks.ts"
import { Sessions } from "./sessions/Sessions.ts"
import { Keys } from "./sessions/Keys.ts"

const layerLogs = Layer.mergeAll(Commands.layer, LogReader.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(Logs.layer, Directory.layer)),
)

const layerConversations = Layer.mergeAll(
  Conversations.layer,
  Groups.layer,
  RoomMembership.layer,
  Rooms.layer,
  Moderation.layer,
).pipe(
  Layer.provideMerge(Layer.mergeAll(Membership.layer, ConversationReader.layer, RoomReader.layer)),
  Layer.provideMerge(Layer.mergeAll(Audit.layer, RateLimits.layer)),
)

const layerAdmin = Layer.mergeAll(AccountAdmin.layer, ResetLinks.layer, AuditReader.layer, Reports.layer).pipe(
  Layer.provideMerge(ServerRoles.layer),
)

const layerDeletion = Deletion.layer.pipe(
  Layer.provideMerge(Farewell.layer),
  Layer.provide([Messages.layer, Reactions.layer, Contacts.layer]),
)

const layerSessions = Layer.mergeAll(Accounts.layer, Profiles.layer, Credentials.layer, layerDeletion, layerAdmin).pipe(
  Layer.provideMerge(Layer.mergeAll(Sessions.layer, OwnPassword.layer, AccountLog.layer, Alterations.layer)),
  Layer.provideMerge(Layer.mergeAll(Keys.layer, Passwords.layer)),
)

const layerPresence = Presence.layer.pipe(Layer.provide(PresenceStore.layerMemory))

/** Everything that a node does, on a database and a hub. */
const layerServices = Layer.mergeAll(
  Delivery.layer,
  Exports.layer.pipe(Layer.provide(History.layer)),
  Messages.layer,
  History.layer,
  Positions.layer,
  Revisions.layer,
  Threads.layer,
  Search.layer,
  Reactions.layer,
  Hiding.layer,
  Stars.layer,
  Pins.layer,
  Marks.layer,
  Drafts.layer,
  Notices.layer,
  Contacts.layer,
  ContactReader.layer,
  InviteLinks.layer,
  Invitations.layer,
).pipe(
  Layer.provideMerge(layerPresence),
  Layer.provideMerge(layerSessions),
  Layer.provideMerge(layerConversations),
  Layer.provideMerge(layerLogs),
)

/** What answers the calls of the contract. */
export const layerHandlers = Layer.mergeAll(
  layerSessionHandlers,
  layerAccountHandlers,
  layerAdminHandlers,
  layerExportHandlers,
  layerReportHandlers,
  layerContactHandlers,
  layerConversationHandlers,
  layerGroupHandlers,
  layerRoomHandlers,
  layerInviteHandlers,
  layerMessageHandlers,
  layerSearchHandlers,
  layerReactionHandlers,
  layerPresenceHandlers,
  layerPersonalHandlers,
  layerReceiptHandlers,
  layerDraftHandlers,
  layerNoticeHandlers,
  layerSyncHandlers,
  layerAuthentication,
  layerBoundary,
).pipe(Layer.provideMerge(layerServices))

const layerDefaultRooms = Layer.effectDiscard(Effect.flatMap(RoomMembership, (rooms) => rooms.ensureDefaultRooms))
const layerAdmins = Layer.effectDiscard(Effect.flatMap(ServerRoles, (roles) => roles.ensureAdmins))

/** A whole node: it listens when everything behind it is ready. */
export const layerNode = layerHttpServer(
  Layer.mergeAll(layerOperationsRoutes, layerJwksRoute, layerRestRoutes, layerDocumentRoutes),
).pipe(
  Layer.provide(Readiness.layer),
  Layer.provide(Connections.layer.pipe(Layer.provide(Express.layer))),
  Layer.provide(Layer.mergeAll(layerDefaultRooms, layerAdmins)),
  Layer.provide(layerHandlers),
)
