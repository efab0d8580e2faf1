/** The live connection, for commands that stay. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { ChatClient } from "@chat/client/ChatClient"
import type { Client } from "@chat/client/Client"
import type { ConnectionStatus, Offline, Online, SignedOut } from "@chat/client/connection/ConnectionStatus"
import { fileOutboxStore } from "@chat/client/node/FileOutboxStore"
import { fileStateStore } from "@chat/client/node/FileStateStore"
import { Disconnected } from "@chat/client/Errors"
import { when } from "@chat/client/Observable"
import { Unauthenticated } from "@chat/domain/Errors"
import packageJson from "../../package.json" with { type: "json" }
import { stateFile } from "../settings/Remembered.ts"
import { Settings } from "../settings/Settings.ts"

interface Kept {
  /** With what is still to be sent. */
  readonly outbox: boolean
  /** With what was known when the program was there last. */
  readonly state?: boolean
}

/** A live connection in the name of the profile. */
export const layerLive = ({ outbox, state = false }: Kept) =>
  Layer.unwrap(
    Effect.map(Settings, ({ server, tokenStore, directory }) =>
      ChatClient.layer({
        url: server,
        tokenStore,
        client: `chat/${packageJson.version}`,
        ...(state ? { stateStore: fileStateStore(stateFile(directory)) } : {}),
        ...(outbox ? { outboxStore: fileOutboxStore(join(directory, "outbox")) } : {}),
      }),
    ),
  )

const isSettled = (status: ConnectionStatus): status is Online | Offline | SignedOut => status._tag !== "Connecting"
const isSignedOut = (status: ConnectionStatus): status is SignedOut => status._tag === "SignedOut"

/** Waits for the first connection. Later ones come back by themselves; a server that is not there at all is a failure. */
export const untilOnline = Effect.fnUntraced(function* (client: Client) {
  const status = yield* when(client.connection, isSettled)
  switch (status._tag) {
    case "Online":
      return
    case "Offline":
      return yield* new Disconnected({ outcome: "notSent", detail: status.reason })
    case "SignedOut":
      return yield* new Unauthenticated({ reason: status.reason })
  }
})

/** Fails when the session has ended. */
export const untilSignedOut = (client: Client) =>
  Effect.flatMap(when(client.connection, isSignedOut), ({ reason }) => Effect.fail(new Unauthenticated({ reason })))

/** Says when the connection is lost, once, and when it is back. */
export const reportConnection = (client: Client, say: (text: string) => Effect.Effect<void>) => {
  let isOffline = false
  const onStatus = (status: ConnectionStatus) => {
    if (status._tag === "Offline" && !isOffline) Effect.runFork(say(`offline (${status.reason}), trying again`))
    if (status._tag === "Online" && isOffline) Effect.runFork(say("online again"))
    if (status._tag === "Offline" || status._tag === "Online") isOffline = status._tag === "Offline"
  }
  return Effect.acquireRelease(
    Effect.sync(() => client.connection.subscribe(onStatus)),
    (unsubscribe) => Effect.sync(unsubscribe),
  )
}
