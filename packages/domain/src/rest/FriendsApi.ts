import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import {
  AcceptFriendRequest,
  BlockUser,
  CancelFriendRequest,
  DeclineFriendRequest,
  ListBlocks,
  ListFriendRequests,
  ListFriends,
  RemoveFriend,
  SendFriendRequest,
  UnblockUser,
} from "../ContactRpcs.ts"
import { UserId } from "../Ids.ts"
import { Repeatable } from "./Idempotency.ts"
import { problems } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const params = { user: UserId }

export class FriendsApi extends HttpApiGroup.make("friends")
  .add(
    HttpApiEndpoint.get("list", "/friends", {
      query: ListFriends.payloadSchema.fields,
      success: ListFriends.successSchema,
      error: problems(ListFriends),
    }).annotate(OpenApi.Summary, "The friends"),
    HttpApiEndpoint.get("requests", "/friends/requests", {
      query: ListFriendRequests.payloadSchema.fields,
      success: ListFriendRequests.successSchema,
      error: problems(ListFriendRequests),
    }).annotate(OpenApi.Summary, "Requests that have not been answered, sent or received"),
    HttpApiEndpoint.put("send", "/friends/requests/:user", {
      params,
      headers: Repeatable,
      success: SendFriendRequest.successSchema,
      error: problems(SendFriendRequest),
    }).annotate(OpenApi.Summary, "Ask somebody to be friends, or say yes to who has asked"),
    HttpApiEndpoint.delete("cancel", "/friends/requests/:user", {
      params,
      headers: Repeatable,
      success: CancelFriendRequest.successSchema,
      error: problems(CancelFriendRequest),
    }).annotate(OpenApi.Summary, "Take a request back"),
    HttpApiEndpoint.post("accept", "/friends/requests/:user/accept", {
      params,
      headers: Repeatable,
      success: AcceptFriendRequest.successSchema,
      error: problems(AcceptFriendRequest),
    }).annotate(OpenApi.Summary, "Say yes to who has asked"),
    HttpApiEndpoint.post("decline", "/friends/requests/:user/decline", {
      params,
      headers: Repeatable,
      success: DeclineFriendRequest.successSchema,
      error: problems(DeclineFriendRequest),
    }).annotate(OpenApi.Summary, "Say no to who has asked"),
    HttpApiEndpoint.delete("remove", "/friends/:user", {
      params,
      headers: Repeatable,
      success: RemoveFriend.successSchema,
      error: problems(RemoveFriend),
    }).annotate(OpenApi.Summary, "End a friendship"),
    HttpApiEndpoint.get("blocks", "/blocks", {
      query: ListBlocks.payloadSchema.fields,
      success: ListBlocks.successSchema,
      error: problems(ListBlocks),
    }).annotate(OpenApi.Summary, "Whom one has blocked"),
    HttpApiEndpoint.put("block", "/blocks/:user", {
      params,
      headers: Repeatable,
      success: BlockUser.successSchema,
      error: problems(BlockUser),
    }).annotate(OpenApi.Summary, "Block somebody, who is not told"),
    HttpApiEndpoint.delete("unblock", "/blocks/:user", {
      params,
      headers: Repeatable,
      success: UnblockUser.successSchema,
      error: problems(UnblockUser),
    }).annotate(OpenApi.Summary, "End a block"),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Friends, requests and blocks") {}
