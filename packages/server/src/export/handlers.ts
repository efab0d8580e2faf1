import { CurrentSession } from "@chat/domain/Authentication"
import { ExportRpcs } from "@chat/domain/ExportRpcs"
import * as Effect from "effect/Effect"
import { Exports } from "./Exports.ts"

export const layerExportHandlers = ExportRpcs.toLayer(
  Effect.gen(function* () {
    const exports = yield* Exports
    return ExportRpcs.of({
      Export: ({ after }) => Effect.flatMap(CurrentSession, (who) => exports.part(who, after)),
    })
  }),
)
