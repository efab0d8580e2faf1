/** What rooms refuse; part of `Errors`, which has everything that a call can fail with. */
import * as Schema from "effect/Schema"
import { ConversationId } from "./Ids.ts"
import { Action } from "./permissions.ts"
import { BanReason } from "./Room.ts"
import { Timestamp } from "./Values.ts"

/** A room has this name. Choose another, or join that one. */
export class RoomNameTaken extends Schema.TaggedError<RoomNameTaken>("@chat/domain/RoomNameTaken")(
  "RoomNameTaken",
  { room: Schema.String },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return `There is a room #${this.room}`
  }
}

/** The role is not enough, or not in this room. Ask its owner or a moderator. */
export class Forbidden extends Schema.TaggedError<Forbidden>("@chat/domain/Forbidden")(
  "Forbidden",
  { action: Action },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return `You may not do that here: ${forbidden[this.action]}`
  }
}

const forbidden: Record<Action, string> = {
  changeRoom: "the owner and moderators change a room",
  changeAccess: "the owner decides who comes in",
  deleteRoom: "the owner deletes a room",
  transferRoom: "the owner hands a room over",
  setRole: "the owner makes moderators",
  kick: "the owner removes anybody, moderators remove members",
  ban: "the owner bans anybody, moderators ban members",
  postReadOnly: "the owner and moderators write in it",
  deleteMessages: "the owner and moderators delete messages of others",
  pin: "the owner and moderators pin messages",
  mentionRoom: "the owner and moderators call everybody",
  invite: "the owner and moderators invite",
}

/** Whoever is meant is not a member of the room. */
export class MemberNotFound extends Schema.TaggedError<MemberNotFound>("@chat/domain/MemberNotFound")(
  "MemberNotFound",
  { user: Schema.String },
  { httpApiStatus: 404 },
) {
  override get message(): string {
    return "There is no such member in the room"
  }
}

/** The owner of a room with other members leaves it only after handing it over, or deletes it. */
export class OwnerMustStay extends Schema.TaggedError<OwnerMustStay>("@chat/domain/OwnerMustStay")(
  "OwnerMustStay",
  { conversation: ConversationId },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "You own this room: hand it over before you leave, or delete it"
  }
}

/** Nobody writes in an archived room or joins it. */
export class RoomArchived extends Schema.TaggedError<RoomArchived>("@chat/domain/RoomArchived")(
  "RoomArchived",
  { conversation: ConversationId },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "This room is archived"
  }
}

/** Only the owner and moderators write here. */
export class ReadOnly extends Schema.TaggedError<ReadOnly>("@chat/domain/ReadOnly")(
  "ReadOnly",
  { conversation: ConversationId },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "Only the owner and moderators write in this room"
  }
}

/** One's last message here is not long enough ago. Sent again with the same id after `retryAfter` milliseconds. */
export class SlowMode extends Schema.TaggedError<SlowMode>("@chat/domain/SlowMode")(
  "SlowMode",
  { retryAfter: Schema.Int },
  { httpApiStatus: 429 },
) {
  override get message(): string {
    return `This room is in slow mode: you can write again in ${Math.max(1, Math.ceil(this.retryAfter / 1000))} s`
  }
}

/** One comes into this room with its password. Ask for it. */
export class RoomPasswordRequired extends Schema.TaggedError<RoomPasswordRequired>("@chat/domain/RoomPasswordRequired")(
  "RoomPasswordRequired",
  {},
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "This room has a password"
  }
}

/** That is not the password of the room. Not retried by itself. */
export class WrongRoomPassword extends Schema.TaggedError<WrongRoomPassword>("@chat/domain/WrongRoomPassword")(
  "WrongRoomPassword",
  {},
  { httpApiStatus: 403 },
) {
  override get message(): string {
    return "The password of the room is wrong"
  }
}

/** One is kept out of this room, until then or for good. */
export class Banned extends Schema.TaggedError<Banned>("@chat/domain/Banned")(
  "Banned",
  { until: Schema.NullOr(Timestamp), reason: BanReason },
  { httpApiStatus: 403 },
) {
  override get message(): string {
    const until = this.until === null ? "" : ` until ${this.until}`
    return `You are banned from this room${until}${this.reason.trim() === "" ? "" : `: ${this.reason}`}`
  }
}

/** Who was to be invited is in the room already. */
export class AlreadyMember extends Schema.TaggedError<AlreadyMember>("@chat/domain/AlreadyMember")(
  "AlreadyMember",
  { user: Schema.String },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return "They are in the room already"
  }
}

/**
 * The link or invitation lets nobody in: the link is wrong, used up, expired or revoked, or who made it, or invited, may
 * not invite any more. Ask for another.
 */
export class InviteInvalid extends Schema.TaggedError<InviteInvalid>("@chat/domain/InviteInvalid")(
  "InviteInvalid",
  {},
  { httpApiStatus: 410 },
) {
  override get message(): string {
    return "This invitation lets nobody in, or not any more: ask for another"
  }
}
