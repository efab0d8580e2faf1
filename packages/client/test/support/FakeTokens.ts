/** The one session of a `FakeServer`: tokens that follow each other by the rules of the contract. */
import { Unauthenticated } from "@chat/domain/Errors"
import type { SignedIn } from "@chat/domain/SessionRpcs"
import * as Exit from "effect/Exit"
import { account, at, session } from "./fixtures.ts"

export class FakeTokens {
  refreshes = 0
  refuseRefresh = false
  sessionOver = false
  private token = 0
  private expired = -1
  private successorUsed = true

  signedIn(): SignedIn {
    return { account, session, tokens: this.tokens() }
  }

  tokens(token = this.token) {
    return { accessToken: `access-${token}`, accessExpiresAt: at, refreshToken: `refresh-${token}` }
  }

  /** The access token expires. */
  expire(): void {
    this.expired = this.token
  }

  /** Another process of the same client refreshes. */
  refreshFor(refreshToken: string) {
    const exit = this.refresh({ refreshToken })
    if (!Exit.isSuccess(exit)) throw new Error("refused")
    return exit.value
  }

  protected authorize(tag: string, message: Record<string, unknown>) {
    if (["Hello", "SignUp", "LogIn", "Refresh"].includes(tag)) return undefined
    const headers = new Map(message["headers"] as ReadonlyArray<[string, string]>)
    const token = /^Bearer access-(\d+)$/u.exec(headers.get("authorization") ?? "")?.[1]
    if (token === undefined) return unauthenticated("missing")
    if (this.sessionOver) return unauthenticated("ended")
    if (Number(token) <= this.expired) return unauthenticated("expired")
    if (Number(token) === this.token) this.successorUsed = true
    return undefined
  }

  /** A refresh token that was spent gets the same successor until that is used; later it ends the session. */
  protected refresh({ refreshToken }: { readonly refreshToken: string }) {
    if (this.sessionOver || this.refuseRefresh) return unauthenticated("ended")
    this.refreshes++
    const presented = Number(refreshToken.slice("refresh-".length))
    if (presented === this.token) {
      this.token++
      this.successorUsed = false
    } else if (presented !== this.token - 1 || this.successorUsed) {
      this.sessionOver = true
      return unauthenticated("ended")
    }
    return Exit.succeed(this.tokens())
  }
}

const unauthenticated = (reason: Unauthenticated["reason"]) => Exit.fail(new Unauthenticated({ reason }))
