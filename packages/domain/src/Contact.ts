/** Friends, requests, blocks and who may write: what an account has to do with other people, for its owner alone. */
import * as Schema from "effect/Schema"
import { User } from "./User.ts"
import { Timestamp } from "./Values.ts"

/** Somebody in a list of contacts, and since when: as friends, as asked, as asking, or as blocked. */
export const Contact = Schema.Struct({ user: User, since: Timestamp })
export type Contact = typeof Contact.Type

/** Who may open a direct conversation with an account, and write there. A block is another matter. */
export const WhoMayWrite = Schema.Literals(["everybody", "friends"])
export type WhoMayWrite = typeof WhoMayWrite.Type

/** What the owner of an account has decided about it. */
export const Preferences = Schema.Struct({ whoMayWrite: WhoMayWrite })
export type Preferences = typeof Preferences.Type

/** What holds until it is set otherwise. */
export const defaultPreferences: Preferences = { whoMayWrite: "everybody" }

/** Each list by `since`, then by id. */
export const Contacts = Schema.Struct({
  friends: Schema.Array(Contact),
  /** Whom the account has asked to be friends, and who have not answered. */
  sent: Schema.Array(Contact),
  /** Who have asked the account, which has not answered. */
  received: Schema.Array(Contact),
  blocks: Schema.Array(Contact),
  preferences: Preferences,
})
export type Contacts = typeof Contacts.Type

/** What somebody who was found is to whoever searches: `requested` by them, or has `asked` them. */
export const Relation = Schema.Literals(["none", "friend", "requested", "asked", "self"])
export type Relation = typeof Relation.Type

/** Somebody who was found. */
export const FoundUser = Schema.Struct({ ...User.fields, relation: Schema.optionalKey(Relation) })
export type FoundUser = typeof FoundUser.Type

/** Part of a list of contacts, by `since`, then by id. */
export const ContactPage = Schema.Struct({
  contacts: Schema.Array(Contact),
  /** Give this back as `after` for the next part; `null`: there is none. */
  next: Schema.NullOr(Schema.String),
})
export type ContactPage = typeof ContactPage.Type
