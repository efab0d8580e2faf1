// Writes the manual page beside the bundle.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { manual } from "./made.ts"

writeFileSync(join(import.meta.dirname, "..", "..", "bundle", "chat.1"), await manual())
