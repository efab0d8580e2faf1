// What a chain of refresh tokens is allowed to do, written from the contract alone. Token 0 is the first of the session,
// and n + 1 the successor of n.

export interface Rules {
  readonly grace: number
  readonly lifetime: number
  /** After this a used token is forgotten, once its successor was used. */
  readonly memory: number
}

export type Answer = number | "invalid" | "ended"

export class RefreshModel {
  private readonly usedAt: Map<number, number | undefined>
  private lastSeen: number
  readonly rules: Rules
  end: { readonly reason: string; readonly at: number } | undefined

  constructor(rules: Rules, now: number) {
    this.rules = rules
    this.usedAt = new Map([[0, undefined]])
    this.lastSeen = now
  }

  copy(): RefreshModel {
    const copy = new RefreshModel(this.rules, this.lastSeen)
    copy.usedAt.clear()
    for (const [token, usedAt] of this.usedAt) copy.usedAt.set(token, usedAt)
    copy.end = this.end
    return copy
  }

  present(token: number, now: number): Answer {
    if (!this.usedAt.has(token)) return "invalid"
    if (this.end !== undefined) return "ended"
    if (now - this.lastSeen > this.rules.lifetime) return this.finish("expired", now)
    const successor = token + 1
    if (this.usedAt.get(token) === undefined) {
      this.usedAt.set(token, now)
      this.usedAt.set(successor, undefined)
    } else {
      const used = this.usedAt.get(successor)
      if (used !== undefined && now - used > this.rules.grace) return this.finish("reuse", now)
    }
    this.lastSeen = now
    return successor
  }

  finish(reason: string, now: number): "ended" {
    this.end ??= { reason, at: now }
    return "ended"
  }

  forget(now: number): void {
    const before = now - this.rules.memory
    const over = this.end !== undefined && this.end.at < before
    const old = [...this.usedAt.keys()].filter((token) => over || (this.usedAt.get(token + 1) ?? now) < before)
    for (const token of old) this.usedAt.delete(token)
  }
}
