// The shipped code asks the process for time, turns and chance. While a world runs, it is the world that answers: so
// nothing has to be handed through, and nothing can be forgotten.
import type { World } from "./World.ts"

/** Puts a world in the place of the clock, the timers and the dice of this process, until it is called back. */
export const takeOver = (world: World): (() => void) => {
  const { setTimeout, clearTimeout } = globalThis
  const plan = (millis: number, run: (...args: Array<unknown>) => void, args: Array<unknown>) => {
    const task = world.after(millis, () => run(...args))
    const timer = { task, ref: () => timer, unref: () => timer, hasRef: () => true }
    return timer
  }
  const cancel = (timer: ReturnType<typeof plan> | undefined) => {
    if (timer !== undefined) timer.task.run = undefined
  }
  const dice = world.random.fork()
  const fill = <A extends Uint8Array>(bytes: A): A => {
    for (let n = 0; n < bytes.length; n++) bytes[n] = dice.below(256)
    return bytes
  }
  const { subtle } = crypto
  const held =
    <A extends Array<unknown>, B>(operation: (...args: A) => Promise<B>) =>
    (...args: A) =>
      world.hold(() => operation.apply(subtle, args))
  // The same tokens are looked at in every world.
  const verify = held(subtle.verify)
  const verifyOnce: typeof subtle.verify = async (algorithm, key, signature, data) => {
    const what = `${hexOf(signature)} ${hexOf(data)}`
    const known = verified.get(what) ?? (await verify(algorithm, key, signature, data))
    verified.set(what, known)
    return known
  }

  const undo = [
    replace(globalThis, {
      setTimeout: (run: (...args: Array<unknown>) => void, millis = 0, ...args: Array<unknown>) =>
        world.isOutside ? setTimeout(() => run(...args), millis) : plan(millis, run, args),
      clearTimeout: (timer: never) => (world.isOutside ? clearTimeout(timer) : cancel(timer)),
      setImmediate: (run: (...args: Array<unknown>) => void, ...args: Array<unknown>) => plan(0, run, args),
      clearImmediate: cancel,
    }),
    replace(Date, { now: () => Math.floor(world.now) }),
    replace(Math, { random: dice.next }),
    replace(crypto, { getRandomValues: fill, randomUUID: () => uuid(fill(new Uint8Array(16))) }),
    replace(subtle, {
      importKey: held<Array<never>, unknown>(subtle.importKey),
      digest: held(subtle.digest),
      sign: held(subtle.sign),
      verify: verifyOnce,
    }),
  ]
  return () => {
    for (const restore of undo) restore()
  }
}

const verified = new Map<string, boolean>()

const hexOf = (bytes: ArrayBuffer | ArrayBufferView): string =>
  (ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes)
  ).toString("hex")

const replace = <A extends object>(target: A, by: { readonly [K in keyof A]?: unknown }): (() => void) => {
  const before = Object.keys(by).map((key) => [key, Object.getOwnPropertyDescriptor(target, key)] as const)
  for (const [key, value] of Object.entries(by)) {
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false })
  }
  return () => {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, descriptor)
    }
  }
}

const uuid = (bytes: Uint8Array): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString("hex")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}
