/** Signing up or in on the full screen, which goes on as the chat. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import * as Layer from "effect/Layer"
import { chatOn } from "../screen/screen.ts"
import { layerCalls } from "../settings/calls.ts"
import { Settings } from "../settings/Settings.ts"
import { openTerminal, type Terminal } from "../tty/Terminal.ts"
import { check, signIn } from "./attempts.ts"
import { begin, type Input, type Job } from "./Form.ts"
import { update } from "./update.ts"
import { view } from "./view.ts"

/** How long a server that did not answer is left alone, in milliseconds. */
const checkEvery = 3_000

/** Where somebody has signed in; `null`: they would rather not. */
const asked = Effect.fnUntraced(function* ({ tty }: Terminal) {
  const { server, profile, isDefault } = yield* Settings
  const done = yield* Deferred.make<Settings["Service"] | null>()
  // what is asked for later takes the place of what was asked for before
  const [checking, signing] = [yield* FiberHandle.make(), yield* FiberHandle.make()]
  const fork = Effect.runForkWith(yield* Effect.context<Settings>())
  const [first, jobs] = begin({ server, profile, asksServer: isDefault })
  let form = first

  const send = (input: Input): void => {
    const [next, asked] = update(form, input)
    form = next
    asked.forEach(perform)
    tty.draw(view(form))
  }

  const checked = (server: string, problem: string | null) => send({ _tag: "Checked", server, problem })

  const perform = (job: Job): void => {
    switch (job._tag) {
      case "Check": {
        const { server } = job
        const run = Effect.match(check(server), {
          onSuccess: () => checked(server, null),
          onFailure: ({ message }) => checked(server, message),
        })
        // the answer asks for the next one, whose place this fiber has then left
        return void fork(FiberHandle.run(checking, job.again ? Effect.delay(run, checkEvery) : run))
      }
      case "SignIn": {
        const run = Effect.match(signIn(job.filled), {
          onSuccess: (settings) => void Deferred.doneUnsafe(done, Effect.succeed(settings)),
          onFailure: ({ field, message }) => send({ _tag: "Refused", problems: { [field]: message } }),
        })
        return void fork(FiberHandle.run(signing, run))
      }
      case "Quit":
        return void Deferred.doneUnsafe(done, Effect.succeed(null))
    }
  }

  jobs.forEach(perform)
  tty.listen({ onInput: send, onResize: (size) => send({ _tag: "Resize", size }) })
  return yield* Deferred.await(done)
}, Effect.scoped)

export const entry = Effect.gen(function* () {
  const terminal = yield* openTerminal
  const settings = yield* asked(terminal)
  if (settings === null) return
  const there = Layer.fresh(layerCalls).pipe(Layer.provideMerge(Layer.succeed(Settings, settings)))
  yield* Effect.provide(chatOn(terminal), there)
}).pipe(Effect.scoped)
