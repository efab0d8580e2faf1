import { CurrentSession } from "@chat/domain/Authentication"
import { NoticeRpcs } from "@chat/domain/NoticeRpcs"
import * as Effect from "effect/Effect"
import { Notices } from "./Notices.ts"

export const layerNoticeHandlers = NoticeRpcs.toLayer(
  Effect.gen(function* () {
    const notices = yield* Notices
    return NoticeRpcs.of({
      BroadcastNotice: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* notices.broadcast(user, command)
      }),
      WithdrawNotice: Effect.fnUntraced(function* ({ notice }) {
        const { user } = yield* CurrentSession
        yield* notices.withdraw(user, notice)
      }),
      ListNotices: () => Effect.map(notices.list, (notices) => ({ notices })),
    })
  }),
)
