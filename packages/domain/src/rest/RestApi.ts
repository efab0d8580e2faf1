/** The REST face of the contract: the same schemas, by path and method, for whoever has nothing but HTTP. */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { AdminApi } from "./AdminApi.ts"
import { AuthApi } from "./AuthApi.ts"
import { ConversationsApi } from "./ConversationsApi.ts"
import { FriendsApi } from "./FriendsApi.ts"
import { GroupsApi } from "./GroupsApi.ts"
import { InvitationsApi } from "./InvitationsApi.ts"
import { MessagesApi } from "./MessagesApi.ts"
import { PersonalApi } from "./PersonalApi.ts"
import { PresenceApi } from "./PresenceApi.ts"
import { ReactionsApi } from "./ReactionsApi.ts"
import { ReportsApi } from "./ReportsApi.ts"
import { MembersApi, RoomsApi } from "./RoomsApi.ts"
import { SearchApi } from "./SearchApi.ts"
import { SessionsApi, UsersApi } from "./PeopleApi.ts"

/** Every operation there is. */
export class RestApi extends HttpApi.make("chat")
  .add(
    AuthApi,
    UsersApi,
    SessionsApi,
    FriendsApi,
    ConversationsApi,
    GroupsApi,
    RoomsApi,
    MembersApi,
    InvitationsApi,
    MessagesApi,
    ReactionsApi,
    PersonalApi,
    PresenceApi,
    SearchApi,
    ReportsApi,
    AdminApi,
  )
  .prefix("/api/v1")
  .annotateMerge(
    OpenApi.annotations({
      title: "chat",
      version: "1",
      description:
        "The chat by path and method. Errors are problem details (RFC 9457). Repeating a request is harmless where it takes an Idempotency-Key.",
    }),
  ) {}
