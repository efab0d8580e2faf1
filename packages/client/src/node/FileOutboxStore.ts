/** Unsent messages in a folder that only its owner can read: one file each. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import type { MessageId } from "@chat/domain/Ids"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { OutboxRecord, type OutboxStore } from "../outbox/OutboxStore.ts"
import { replaceFile } from "./FileTokenStore.ts"

const Stored = Schema.fromJsonString(Schema.toCodecJson(OutboxRecord))
const toText = Schema.encodeSync(Stored)
const fromText = Schema.decodeUnknownOption(Stored)

/** Keeps each record in a file of mode 0600 in `folder`, which is made if need be. What cannot be read is left alone. */
export const fileOutboxStore = (folder: string): OutboxStore => {
  const pathOf = (id: MessageId) => join(folder, `${id}.json`)
  return {
    load: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const names = (await readdir(folder)).filter((name) => name.endsWith(".json"))
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => "")))
      return texts.flatMap((text) => Option.toArray(fromText(text)))
    },
    put: async (record) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await replaceFile(pathOf(record.id), toText(record))
    },
    remove: (id) => rm(pathOf(id), { force: true }),
  }
}
