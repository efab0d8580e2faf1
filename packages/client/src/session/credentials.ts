/** A sign-in as text, for the stores that keep it as a file or a string. */
import { SignedIn } from "@chat/domain/SessionRpcs"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Credentials } from "./TokenStore.ts"

const Stored = Schema.fromJsonString(Schema.toCodecJson(SignedIn))

export const toText: (credentials: Credentials) => string = Schema.encodeSync(Stored)

/** `null` for what this version cannot read, which amounts to not being signed in. */
export const fromText = (text: string): Credentials | null => Option.getOrNull(Schema.decodeUnknownOption(Stored)(text))
