import * as Struct from "effect/Struct"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { SearchMessages } from "../SearchRpcs.ts"
import { problems } from "./Problem.ts"
import { RestAuthentication } from "./RestAuthentication.ts"

const { query: q } = SearchMessages.payloadSchema.fields

export class SearchApi extends HttpApiGroup.make("search")
  .add(
    HttpApiEndpoint.get("messages", "/search/messages", {
      query: { q, ...Struct.omit(SearchMessages.payloadSchema.fields, ["query"]) },
      success: SearchMessages.successSchema,
      error: problems(SearchMessages),
    }).annotate(
      OpenApi.Summary,
      "Messages by words, phrases, prefixes and filters such as from:@ann in:#garden before:2026-02-01",
    ),
  )
  .middleware(RestAuthentication)
  .annotate(OpenApi.Description, "Finding things") {}
