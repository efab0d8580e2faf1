import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { ListMembers } from "../ConversationRpcs.ts"
import { ConversationId, UserId } from "../Ids.ts"
import { CreateInviteLink, ListInviteLinks, RevokeInviteLink } from "../InviteRpcs.ts"
import { RoomChanges } from "../Room.ts"
import {
  BanMember,
  CreateRoom,
  DeleteRoom,
  JoinRoom,
  KickMember,
  LeaveRoom,
  ListBans,
  ListRooms,
  SetMemberRole,
  TransferRoom,
  UnbanMember,
  UpdateRoom,
} from "../RoomRpcs.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems, problemsWithBody } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const { topic, history } = CreateRoom.payloadSchema.fields
const { reason, until } = BanMember.payloadSchema.fields
const params = { room: ConversationId }
const ofMember = { ...params, user: UserId }

export class RoomsApi extends HttpApiGroup.make("rooms")
  .add(
    HttpApiEndpoint.get("list", "/rooms", {
      query: ListRooms.payloadSchema.fields,
      success: ListRooms.successSchema,
      error: problems(ListRooms),
    }).annotate(OpenApi.Summary, "Rooms by name that are not private"),
    HttpApiEndpoint.post("create", "/rooms", {
      headers: Repeatable,
      payload: Schema.Struct({
        ...Struct.omit(CreateRoom.payloadSchema.fields, ["commandId"]),
        topic: Schema.optionalKey(topic),
        history: Schema.optionalKey(history),
      }),
      success: CreateRoom.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(CreateRoom),
    }).annotate(OpenApi.Summary, "Make a room"),
    HttpApiEndpoint.patch("update", "/rooms/:room", {
      params,
      headers: Repeatable,
      payload: RoomChanges,
      success: UpdateRoom.successSchema,
      error: problemsWithBody(UpdateRoom),
    }).annotate(OpenApi.Summary, "Change what is set for a room; what is left out stays as it is"),
    HttpApiEndpoint.delete("delete", "/rooms/:room", {
      params,
      headers: Repeatable,
      success: DeleteRoom.successSchema,
      error: problems(DeleteRoom),
    }).annotate(OpenApi.Summary, "End a room for everybody, for good"),
    HttpApiEndpoint.put("transfer", "/rooms/:room/owner", {
      params,
      headers: Repeatable,
      payload: Schema.Struct({ user: UserId }),
      success: TransferRoom.successSchema,
      error: problemsWithBody(TransferRoom),
    }).annotate(OpenApi.Summary, "Make another member the owner"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Rooms: finding and making them, and what is set for them") {}

export class MembersApi extends HttpApiGroup.make("members")
  .add(
    HttpApiEndpoint.get("list", "/rooms/:room/members", {
      params,
      query: Struct.omit(ListMembers.payloadSchema.fields, ["conversation"]),
      success: ListMembers.successSchema,
      error: problems(ListMembers),
    }).annotate(OpenApi.Summary, "Who is in a room"),
    HttpApiEndpoint.put("join", "/rooms/:room/members/me", {
      params,
      headers: Repeatable,
      payload: [Schema.Null, Schema.Struct(Struct.pick(JoinRoom.payloadSchema.fields, ["password", "link"]))],
      success: JoinRoom.successSchema,
      error: problemsWithBody(JoinRoom),
    }).annotate(OpenApi.Summary, "Join a room, with its password if it has one, or with the token of a link"),
    HttpApiEndpoint.delete("leave", "/rooms/:room/members/me", {
      params,
      headers: Repeatable,
      success: LeaveRoom.successSchema,
      error: problems(LeaveRoom),
    }).annotate(OpenApi.Summary, "Leave a room"),
    HttpApiEndpoint.delete("kick", "/rooms/:room/members/:user", {
      params: ofMember,
      headers: Repeatable,
      success: KickMember.successSchema,
      error: problems(KickMember),
    }).annotate(OpenApi.Summary, "Remove a member, who may come back"),
    HttpApiEndpoint.put("setRole", "/rooms/:room/members/:user/role", {
      params: ofMember,
      headers: Repeatable,
      payload: Schema.Struct({ role: SetMemberRole.payloadSchema.fields.role }),
      success: SetMemberRole.successSchema,
      error: problemsWithBody(SetMemberRole),
    }).annotate(OpenApi.Summary, "Make a member a moderator, or a moderator a member"),
    HttpApiEndpoint.get("bans", "/rooms/:room/bans", {
      params,
      query: Struct.omit(ListBans.payloadSchema.fields, ["conversation"]),
      success: ListBans.successSchema,
      error: problems(ListBans),
    }).annotate(OpenApi.Summary, "Who is kept out, the newest ban first"),
    HttpApiEndpoint.put("ban", "/rooms/:room/bans/:user", {
      params: ofMember,
      headers: Repeatable,
      payload: Schema.Struct({ reason, until }),
      success: BanMember.successSchema,
      error: problemsWithBody(BanMember),
    }).annotate(OpenApi.Summary, "Keep somebody out, until a time or for good"),
    HttpApiEndpoint.delete("unban", "/rooms/:room/bans/:user", {
      params: ofMember,
      headers: Repeatable,
      success: UnbanMember.successSchema,
      error: problems(UnbanMember),
    }).annotate(OpenApi.Summary, "Lift a ban"),
    HttpApiEndpoint.get("links", "/rooms/:room/links", {
      params,
      query: Struct.omit(ListInviteLinks.payloadSchema.fields, ["conversation"]),
      success: ListInviteLinks.successSchema,
      error: problems(ListInviteLinks),
    }).annotate(OpenApi.Summary, "The links into a room, the newest first, without their tokens"),
    HttpApiEndpoint.post("makeLink", "/rooms/:room/links", {
      params,
      headers: Repeatable,
      payload: Schema.Struct(Struct.pick(CreateInviteLink.payloadSchema.fields, ["expiresAt", "uses"])),
      success: CreateInviteLink.successSchema.pipe(HttpApiSchema.status(201)),
      error: problemsWithBody(CreateInviteLink),
    }).annotate(OpenApi.Summary, "Make a link into a room, which lets in whoever has its token"),
    HttpApiEndpoint.delete("revokeLink", "/rooms/:room/links/:link", {
      params: { ...params, link: RevokeInviteLink.payloadSchema.fields.link },
      headers: Repeatable,
      success: RevokeInviteLink.successSchema,
      error: problems(RevokeInviteLink),
    }).annotate(OpenApi.Summary, "End a link: nobody comes in with it any more"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Who is in a room, who is kept out, and links into it") {}
