// People who have nothing but HTTP.
import { assert, type Vitest } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ServerConfig } from "../../src/config/ServerConfig.ts"
import type { Listening } from "../../src/connections/HttpServer.ts"
import { emailOf, newName, newRoomName, password } from "../contract/people.ts"
import type { Client } from "./client.ts"

export type It = Vitest.MethodsNonLive<Listening | ServerConfig>

export interface Answer {
  readonly account: { readonly id: string; readonly username: string }
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string }
}

export interface Message {
  readonly id: string
  readonly body: string | null
}

export const signUp = Effect.fnUntraced(function* (call: Client, username = newName()) {
  const account = { username, email: emailOf(username), password }
  const { status, body } = yield* call("auth.register", { body: account })
  assert.strictEqual(status, 201)
  const answer: Answer = body
  return { ...answer.account, token: answer.tokens.accessToken, refreshToken: answer.tokens.refreshToken, account }
})

export const makeRoom = Effect.fnUntraced(function* (call: Client, token: string) {
  const { status, body } = yield* call("rooms.create", { token, body: { name: newRoomName() } })
  assert.strictEqual(status, 201)
  const receipt: { readonly conversation: string } = body
  return receipt.conversation
})

/** What the messages of a page say. */
export const bodies = (page: { readonly messages: ReadonlyArray<Message> }) =>
  page.messages.map((message) => message.body)
