// The contract, call by call: what every transport has to carry.
import { ChatRpcs } from "@chat/domain/Contract"
import { CallError, type failures } from "@chat/domain/Errors"
import { assert, layer, type Vitest } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as RpcSchema from "effect/rpc/RpcSchema"
import type { ServerConfig } from "../../src/config/ServerConfig.ts"
import { accountCalls } from "./accountCalls.ts"
import { adminCalls } from "./adminCalls.ts"
import { contactCalls } from "./contactCalls.ts"
import { conversationCalls } from "./conversationCalls.ts"
import { draftCalls } from "./draftCalls.ts"
import { groupCalls } from "./groupCalls.ts"
import { messageCalls } from "./messageCalls.ts"
import { met } from "./people.ts"
import { noticeCalls } from "./noticeCalls.ts"
import { reportCalls } from "./reportCalls.ts"
import { searchCalls } from "./searchCalls.ts"
import { personalCalls } from "./personalCalls.ts"
import { reactionCalls } from "./reactionCalls.ts"
import { presenceCalls } from "./presenceCalls.ts"
import { invitationCalls } from "./invitationCalls.ts"
import { inviteCalls } from "./inviteCalls.ts"
import { moderationCalls } from "./moderationCalls.ts"
import { roomCalls } from "./roomCalls.ts"
import { receiptCalls } from "./receiptCalls.ts"
import { sessionCalls } from "./sessionCalls.ts"
import { syncCalls } from "./syncCalls.ts"
import { textCalls } from "./textCalls.ts"
import { threadCalls } from "./threadCalls.ts"
import { Transport } from "./transports.ts"

export type It = Vitest.MethodsNonLive<Transport | ServerConfig>

const common = new Set<unknown>(CallError.members)

/** Each call's success and each of its own failures; those of every call are left out. */
const promised = [...ChatRpcs.requests.values()].flatMap(({ _tag, errorSchema, successSchema }) => {
  const error = RpcSchema.isStreamSchema(successSchema) ? successSchema.error : errorSchema
  // Every call's error is made by `failures`, which is a union of tagged errors.
  const { members } = error as ReturnType<typeof failures>
  const own = members
    .filter((member) => !common.has(member))
    .map((member) => (member as (typeof CallError.members)[0]).fields._tag.schema.literal)
  return ["success", ...own].map((outcome) => `${_tag}: ${outcome}`)
})

export const contract = <E>(name: string, transport: Layer.Layer<Transport | ServerConfig, E>): void =>
  layer(transport, { excludeTestServices: true, timeout: "60 seconds" })(`The contract ${name}`, (it) => {
    sessionCalls(it)
    accountCalls(it)
    adminCalls(it)
    contactCalls(it)
    conversationCalls(it)
    groupCalls(it)
    roomCalls(it)
    moderationCalls(it)
    inviteCalls(it)
    invitationCalls(it)
    messageCalls(it)
    threadCalls(it)
    textCalls(it)
    reactionCalls(it)
    personalCalls(it)
    searchCalls(it)
    reportCalls(it)
    syncCalls(it)
    presenceCalls(it)
    receiptCalls(it)
    draftCalls(it)
    noticeCalls(it)

    it.effect("has met every call and every way in which it fails", () =>
      Effect.gen(function* () {
        const { lasting } = yield* Transport
        const cannotBe = lasting ? [] : ["Sync: SyncReplaced"]
        assert.deepStrictEqual(
          promised.filter((outcome) => !met.has(outcome) && !cannotBe.includes(outcome)),
          [],
        )
      }),
    )
  })
