import { AccountRpcs } from "@chat/domain/AccountRpcs"
import { CurrentSession } from "@chat/domain/Authentication"
import { OpenRpcs } from "@chat/domain/SessionRpcs"
import { defaultPageSize } from "@chat/domain/Values"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ContactReader } from "../contacts/ContactReader.ts"
import { Accounts } from "./Accounts.ts"
import { Credentials } from "./Credentials.ts"
import { Deletion } from "./Deletion.ts"
import { Profiles } from "./Profiles.ts"

const signUp = OpenRpcs.toLayerHandler(
  "SignUp",
  Effect.gen(function* () {
    const accounts = yield* Accounts
    return ({ password, ...command }) => accounts.signUp({ ...command, password: Redacted.make(password) })
  }),
)

const logIn = OpenRpcs.toLayerHandler(
  "LogIn",
  Effect.gen(function* () {
    const accounts = yield* Accounts
    return ({ password, ...command }) => accounts.logIn({ ...command, password: Redacted.make(password) })
  }),
)

const signedIn = AccountRpcs.toLayer(
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const profiles = yield* Profiles
    const credentials = yield* Credentials
    const deletion = yield* Deletion
    const contacts = yield* ContactReader
    return AccountRpcs.of({
      Me: () => Effect.flatMap(CurrentSession, ({ user }) => accounts.me(user)),
      SearchUsers: ({ query, limit = defaultPageSize }) =>
        Effect.flatMap(CurrentSession, ({ user }) => contacts.search(user, query, limit)),
      GetUser: (which) => accounts.get(which),
      UpdateProfile: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* profiles.update(user, command)
      }),
      ChangeUsername: Effect.fnUntraced(function* (command) {
        const { user } = yield* CurrentSession
        return yield* profiles.changeUsername(user, command)
      }),
      ChangeEmail: Effect.fnUntraced(function* ({ password, ...command }) {
        const { user } = yield* CurrentSession
        return yield* credentials.changeEmail(user, { ...command, password: Redacted.make(password) })
      }),
      DeleteAccount: Effect.fnUntraced(function* ({ password, erase }) {
        const { user } = yield* CurrentSession
        yield* deletion.delete(user, { password: Redacted.make(password), erase })
      }),
      ChangePassword: Effect.fnUntraced(function* ({ commandId, oldPassword, newPassword }) {
        return yield* credentials.changePassword(yield* CurrentSession, {
          commandId,
          oldPassword: Redacted.make(oldPassword),
          newPassword: Redacted.make(newPassword),
        })
      }),
    })
  }),
)

export const layerAccountHandlers = Layer.mergeAll(signUp, logIn, signedIn)
