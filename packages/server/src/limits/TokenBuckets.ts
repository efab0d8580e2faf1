import { BoundedMap } from "./BoundedMap.ts"

interface Bucket {
  tokens: number
  since: number
}

/** How a bucket fills: up to `limit` tokens, one every `refill` milliseconds. */
export interface Filling {
  readonly limit: number
  readonly refill: number
}

/** What is left of a bucket; less than nothing, and nothing was taken. In how many milliseconds there is one token more. */
interface Left {
  readonly remaining: number
  readonly nextIn: number
}

const maxBuckets = 50_000

/**
 * The token buckets of this node in bounded memory. A forgotten bucket is a full one. Negative tokens go back into the
 * bucket, which never holds more than its limit.
 */
export class TokenBuckets {
  private readonly buckets = new BoundedMap<string, Bucket>(maxBuckets)

  take(key: string, { limit, refill }: Filling, tokens: number, now: number): Left {
    let bucket = this.buckets.get(key)
    if (bucket === undefined) this.buckets.set(key, (bucket = { tokens: limit, since: now }))
    // Put back, the clock would take as long to reach the bucket as it was ahead.
    bucket.since = Math.min(bucket.since, now)
    const refills = Math.max(0, Math.floor((now - bucket.since) / refill))
    bucket.tokens = Math.min(limit, bucket.tokens + refills)
    bucket.since = bucket.tokens >= limit ? now : bucket.since + refills * refill
    const remaining = bucket.tokens - tokens
    if (remaining >= 0) bucket.tokens = Math.min(limit, remaining)
    return { remaining, nextIn: refill - (now - bucket.since) }
  }
}
