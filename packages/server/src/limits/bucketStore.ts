import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { BoundedMap } from "./BoundedMap.ts"

interface Bucket {
  tokens: number
  since: number
}

const maxBuckets = 50_000

/**
 * The token buckets of this node in bounded memory: the library's store keeps a bucket for every name that was ever tried.
 * A forgotten bucket is a full one. Negative tokens go back into the bucket, which never holds more than its limit.
 */
export const layerBucketStore = Layer.effect(
  RateLimiter.RateLimiterStore,
  Effect.map(RateLimiter.RateLimiterStore, (store) => {
    const buckets = new BoundedMap<string, Bucket>(maxBuckets)
    return {
      ...store,
      tokenBucket: ({ key, tokens, limit, refillRate, allowOverflow }) =>
        Effect.clockWith((clock) =>
          Effect.sync(() => {
            const now = clock.currentTimeMillisUnsafe()
            const interval = Duration.toMillis(refillRate)
            const bucket = buckets.get(key) ?? { tokens: limit, since: now }
            buckets.set(key, bucket)
            // Put back, the clock would take as long to reach the bucket as it was ahead.
            bucket.since = Math.min(bucket.since, now)
            const refills = Math.max(0, Math.floor((now - bucket.since) / interval))
            bucket.tokens = Math.min(limit, bucket.tokens + refills)
            bucket.since = bucket.tokens >= limit ? now : bucket.since + refills * interval
            const left = bucket.tokens - tokens
            if (left >= 0 || allowOverflow) bucket.tokens = left
            return [left, Math.max(0, now - bucket.since)] as const
          }),
        ),
    }
  }),
).pipe(Layer.provide(RateLimiter.layerStoreMemory))
