/** `chat logout`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ChatHttp } from "@chat/client/http/ChatHttp"
import { forgetRemembered } from "../settings/Remembered.ts"
import { Settings } from "../settings/Settings.ts"
import { Output } from "../terminal/Output.ts"

export const logout = Command.make(
  "logout",
  {},
  Effect.fn("logout")(function* () {
    const { logOut } = yield* ChatHttp
    const { directory } = yield* Settings
    const output = yield* Output
    yield* logOut
    yield* forgetRemembered(directory)
    yield* output.note("Signed out")
  }),
).pipe(
  Command.withDescription("Sign out: end this session and forget its tokens"),
  Command.withExamples([{ command: "chat logout" }]),
)
