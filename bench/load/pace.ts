import type { Crowd } from "./Crowd.ts"
import type { Member } from "./Member.ts"

/** As many as a connection may have in flight on our server, and some room. */
const window = 50

/** One member posts as fast as everybody gets it: so many posts are under way, never more. Answers what ends it. */
export const saturate = (crowd: Crowd, sender: Member): (() => void) => {
  const pump = () => {
    while (sender.waiting < window && crowd.due - crowd.deliveries < window * crowd.members.length) crowd.post(sender)
  }
  crowd.onProgress = pump
  pump()
  return () => (crowd.onProgress = undefined)
}

/** Each of them posts again as soon as the last post is answered. Answers what ends it. */
export const oneEach = (crowd: Crowd, senders: ReadonlyArray<Member>): (() => void) => {
  const pump = () => {
    for (const sender of senders) if (sender.waiting === 0) crowd.post(sender)
  }
  crowd.onProgress = pump
  pump()
  return () => (crowd.onProgress = undefined)
}

/**
 * So many posts a second, by each in turn, whether or not the server keeps up: a post that could not be sent in time counts
 * from when it should have been. Answers what ends it.
 */
export const keepPace = (crowd: Crowd, senders: ReadonlyArray<Member>, perSecond: number): (() => void) => {
  const start = performance.now()
  let next = 0
  const post = () => {
    for (;;) {
      const at = start + (next * 1_000) / perSecond
      const sender = senders[next % senders.length]
      if (at > performance.now() || sender === undefined || sender.waiting >= window) return
      crowd.post(sender, at)
      next++
    }
  }
  const timer = setInterval(post, 1)
  return () => clearInterval(timer)
}
