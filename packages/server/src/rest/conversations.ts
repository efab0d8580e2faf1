import { RestApi } from "@chat/domain/rest/RestApi"
import { Topic } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { Calls } from "./Calls.ts"

const conversations = HttpApiBuilder.group(
  RestApi,
  "conversations",
  Effect.fnUntraced(function* (handlers) {
    const { signedIn } = yield* Calls
    return handlers.handleAll({
      list: ({ query }) => signedIn("ListConversations", query),
      get: ({ params }) => signedIn("GetConversation", params),
      members: ({ params, query }) => signedIn("ListMembers", { ...params, ...query }),
      marks: ({ params }) => signedIn("ListMarks", params),
      markRead: ({ params, payload }) => signedIn("MarkRead", { ...params, ...payload }),
      delivered: ({ params, payload }) => signedIn("Delivered", { conversations: [{ ...params, ...payload }] }),
    })
  }),
)

const rooms = HttpApiBuilder.group(
  RestApi,
  "rooms",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      list: ({ query }) => signedIn("ListRooms", query),
      create: Effect.fnUntraced(function* ({ headers, payload }) {
        const { topic = Topic.make(""), history = "all", ...room } = payload
        return yield* command("CreateRoom", headers, { ...room, topic, history })
      }),
      update: ({ headers, params, payload }) =>
        command("UpdateRoom", headers, { conversation: params.room, changes: payload }),
      delete: ({ headers, params }) => command("DeleteRoom", headers, { conversation: params.room }),
      transfer: ({ headers, params, payload }) =>
        command("TransferRoom", headers, { conversation: params.room, ...payload }),
    })
  }),
)

const members = HttpApiBuilder.group(
  RestApi,
  "members",
  Effect.fnUntraced(function* (handlers) {
    const { command, signedIn } = yield* Calls
    return handlers.handleAll({
      list: ({ params, query }) => signedIn("ListMembers", { conversation: params.room, ...query }),
      join: ({ headers, params, payload }) => command("JoinRoom", headers, { conversation: params.room, ...payload }),
      leave: ({ headers, params }) => command("LeaveRoom", headers, { conversation: params.room }),
      kick: ({ headers, params: { room, user } }) => command("KickMember", headers, { conversation: room, user }),
      setRole: ({ headers, params: { room, user }, payload }) =>
        command("SetMemberRole", headers, { conversation: room, user, ...payload }),
      bans: ({ params, query }) => signedIn("ListBans", { conversation: params.room, ...query }),
      ban: ({ headers, params: { room, user }, payload }) =>
        command("BanMember", headers, { conversation: room, user, ...payload }),
      unban: ({ headers, params: { room, user } }) => command("UnbanMember", headers, { conversation: room, user }),
      links: ({ params, query }) => signedIn("ListInviteLinks", { conversation: params.room, ...query }),
      makeLink: ({ headers, params, payload }) =>
        command("CreateInviteLink", headers, { conversation: params.room, ...payload }),
      revokeLink: ({ headers, params: { room, link } }) =>
        command("RevokeInviteLink", headers, { conversation: room, link }),
    })
  }),
)

export const layerConversations = Layer.mergeAll(conversations, rooms, members)
