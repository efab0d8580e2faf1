import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { embedded } from "../support/databases.ts"
import { node } from "../support/node.ts"
import { accountOperations } from "./accountOperations.ts"
import { adminOperations } from "./adminOperations.ts"
import { met, readDocument } from "./client.ts"
import { friendOperations } from "./friendOperations.ts"
import { messageOperations } from "./messageOperations.ts"
import { personalOperations } from "./personalOperations.ts"
import { reactionOperations } from "./reactionOperations.ts"
import { reportOperations } from "./reportOperations.ts"
import { roomOperations } from "./roomOperations.ts"

layer(node(embedded), { excludeTestServices: true })("The REST API", (it) => {
  accountOperations(it)
  friendOperations(it)
  roomOperations(it)
  messageOperations(it)
  reactionOperations(it)
  personalOperations(it)
  adminOperations(it)
  reportOperations(it)

  it.effect("has been called by every operation in its document", () =>
    Effect.gen(function* () {
      const { paths } = yield* readDocument
      const promised = Object.values(paths).flatMap((methods) =>
        Object.values(methods).flatMap(({ operationId, responses }) =>
          Object.keys(responses).flatMap((status) => (status.startsWith("2") ? [`${operationId} ${status}`] : [])),
        ),
      )
      assert.isAbove(promised.length, 20)
      assert.deepStrictEqual(
        promised.filter((outcome) => !met.has(outcome)),
        [],
      )
    }),
  )
})
