// Random programs: what people, their devices and the machines do, as data, so that a failing one can be made smaller
// and run again. Numbers that name something are taken modulo what there is at that moment.

export type Kind =
  | "direct"
  | "room"
  | "join"
  | "leave"
  | "post"
  | "edit"
  | "delete"
  | "read"
  | "repeat"
  | "clash"
  | "settings"
  | "remove room"
  | "transfer"
  | "role"
  | "kick"
  | "ban"
  | "unban"
  | "react"
  | "unreact"
  | "pin"
  | "unpin"
  | "profile"
  | "username"
  | "hide"
  | "ask"
  | "accept"
  | "refuse"
  | "part"
  | "block"
  | "unblock"
  | "preferences"
  | "star"
  | "unstar"
  | "unread"
  | "notify"
  | "reply"
  | "thread"
  | "read thread"
  | "mention"
  | "forward"
  | "draft"
  | "group"
  | "add to group"
  | "leave group"
  | "delivered"
  | "receipts"
  | "invite"
  | "revoke invitation"
  | "decline"
  | "come"
  | "link"
  | "revoke link"
  | "join by link"
  | "broadcast"
  | "withdraw"

/** A command of a user through a node. */
export interface Call {
  readonly kind: Kind
  readonly user: number
  readonly node: number
  /** Which conversation. */
  readonly where: number
  /** Which message, person, name or place. */
  readonly what: number
  readonly text: string
  /** The same once more, at the same time, through this node. */
  readonly twice?: number
  /** The first answer is lost, and it is asked again. */
  readonly lost?: true
}

export type Pages = "older" | "newest" | "somewhere" | "members" | "more members" | "marks"

export type Step =
  | { readonly do: "commands"; readonly calls: ReadonlyArray<Call>; readonly restart?: number }
  | { readonly do: "connect"; readonly device: number; readonly node: number; readonly takes: number | "all" }
  | { readonly do: "replace"; readonly device: number }
  | { readonly do: "take"; readonly device: number; readonly items: number | "all" }
  | {
      readonly do: "cut"
      readonly device: number
      readonly keepFetches: boolean
      /** The program ends as well, and goes on from what it has kept, with so many messages of each conversation. */
      readonly keeps?: number
    }
  | {
      readonly do: "fetch"
      readonly device: number
      readonly where: number
      readonly page: Pages
      readonly limit: number
      /** The page is there before anything else happens, though nobody looks at it yet. */
      readonly arrives: boolean
    }
  | { readonly do: "deliver"; readonly device: number }
  | { readonly do: "hear"; readonly device: number }
  /** It takes what it may take. */
  | { readonly do: "fill"; readonly device: number }
  | { readonly do: "restart"; readonly node: number }
  | { readonly do: "restore"; readonly where: number; readonly depth: number }
  /** The last thing that somebody does with success. */
  | { readonly do: "goodbye"; readonly user: number; readonly erase: boolean }
  | { readonly do: "rest" }

export interface Program {
  readonly seed: number
  readonly steps: ReadonlyArray<Step>
}

export interface Shape {
  readonly users: number
  /** Each with the number of its user. */
  readonly devices: ReadonlyArray<number>
  readonly nodes: number
}
