import type { Migrations } from "../migrations.ts"
import core from "./0001_core.ts"
import rooms from "./0002_rooms.ts"
import threads from "./0003_threads.ts"
import marks from "./0004_marks.ts"
import people from "./0005_people.ts"
import accounts from "./0006_accounts.ts"
import presence from "./0007_presence.ts"
import search from "./0009_search.ts"
import receipts from "./0010_receipts.ts"
import invitations from "./0011_invitations.ts"
import silence from "./0012_silence.ts"
import beside from "./0013_beside.ts"
import forwarded from "./0014_forwarded.ts"
import words from "./0015_words.ts"

export const migrations: Migrations = {
  "0001_core": core,
  "0002_rooms": rooms,
  "0003_threads": threads,
  "0004_marks": marks,
  "0005_people": people,
  "0006_accounts": accounts,
  "0007_presence": presence,
  "0009_search": search,
  "0010_receipts": receipts,
  "0011_invitations": invitations,
  "0012_silence": silence,
  "0013_beside": beside,
  "0014_forwarded": forwarded,
  "0015_words": words,
}
