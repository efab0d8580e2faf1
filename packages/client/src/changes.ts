import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Observable } from "./Observable.ts"

/** The value of now, then the newest after each change. Whoever is slow skips what is no longer true. */
export const changes = <A>(self: Observable<A>): Stream.Stream<A> =>
  Stream.callback<A>(
    (queue) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const unsubscribe = self.subscribe((value) => void Queue.offerUnsafe(queue, value))
          Queue.offerUnsafe(queue, self.get())
          return unsubscribe
        }),
        (unsubscribe) => Effect.sync(unsubscribe),
      ),
    { bufferSize: 1, strategy: "sliding" },
  )
