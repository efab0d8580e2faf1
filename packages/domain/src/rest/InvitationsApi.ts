import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { ConversationId, UserId } from "../Ids.ts"
import {
  DeclineInvitation,
  InviteToRoom,
  ListInvitations,
  ListRoomInvitations,
  RevokeInvitation,
} from "../InviteRpcs.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { room: ConversationId }
const ofGuest = { ...params, user: UserId }

export class InvitationsApi extends HttpApiGroup.make("invitations")
  .add(
    HttpApiEndpoint.get("received", "/invitations", {
      query: ListInvitations.payloadSchema.fields,
      success: ListInvitations.successSchema,
      error: problems(ListInvitations),
    }).annotate(OpenApi.Summary, "The rooms that one is invited to"),
    HttpApiEndpoint.delete("decline", "/invitations/:room", {
      params,
      headers: Repeatable,
      success: DeclineInvitation.successSchema,
      error: problems(DeclineInvitation),
    }).annotate(OpenApi.Summary, "Say no to an invitation; joining the room says yes"),
    HttpApiEndpoint.get("sent", "/rooms/:room/invitations", {
      params,
      query: Struct.omit(ListRoomInvitations.payloadSchema.fields, ["conversation"]),
      success: ListRoomInvitations.successSchema,
      error: problems(ListRoomInvitations),
    }).annotate(OpenApi.Summary, "Who is invited to a room, the oldest invitation first"),
    HttpApiEndpoint.put("invite", "/rooms/:room/invitations/:user", {
      params: ofGuest,
      headers: Repeatable,
      success: InviteToRoom.successSchema,
      error: problems(InviteToRoom),
    }).annotate(OpenApi.Summary, "Invite somebody to a room"),
    HttpApiEndpoint.delete("revoke", "/rooms/:room/invitations/:user", {
      params: ofGuest,
      headers: Repeatable,
      success: RevokeInvitation.successSchema,
      error: problems(RevokeInvitation),
    }).annotate(OpenApi.Summary, "Take an invitation back"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Invitations of people to rooms") {}
