/** Calls in the name of the profile. */
import { ChatHttp } from "@chat/client/http/ChatHttp"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Settings } from "./Settings.ts"

export const layerCalls = Layer.unwrap(
  Effect.map(Settings, ({ server, tokenStore }) => ChatHttp.layer({ url: server, tokenStore })),
)
