// The one table of configuration: the server reads it, and the documentation is checked against it.
import { mostMarked } from "@chat/domain/ReadMarks"
import { MaxTextLength, RoomName, Username } from "@chat/domain/Values"
import * as Config from "effect/Config"
import * as Schema from "effect/Schema"
import { homedir } from "node:os"
import { join } from "node:path"
import { operations } from "./operations.ts"
import * as S from "./setting.ts"
import { signingKey } from "./signingKey.ts"

const KiB = 1024
const MiB = 1024 * KiB

const dataDirectory = Config.NonEmptyString("XDG_DATA_HOME").pipe(
  Config.withDefault(join(homedir(), ".local", "share")),
  Config.map((base) => join(base, "chat")),
)

const roomName = {
  parse: Schema.decodeUnknownOption(RoomName),
  allowed: "one word of letters, digits, '_', '.' and '-'",
}

const username = {
  parse: Schema.decodeUnknownOption(Username),
  allowed: "2 to 32 of a-z, 0-9, '_', '.' and '-'",
}

export const settings = {
  host: S.setting("CHAT_HOST", S.text, "127.0.0.1", "The address to listen on"),
  port: S.setting("CHAT_PORT", S.integer(0, 65_535), "8080", "The port to listen on; 0 takes a free one"),
  publicUrl: S.optional(
    "CHAT_PUBLIC_URL",
    S.origin,
    "the address listened on",
    "Where users reach the server; the issuer in its tokens",
  ),
  allowedOrigins: S.setting(
    "CHAT_ALLOWED_ORIGINS",
    S.list(S.origin),
    "",
    "Web pages that may connect, besides those of the public URL",
  ),
  trustedProxies: S.setting(
    "CHAT_TRUSTED_PROXIES",
    S.list(S.network),
    "",
    "Proxies whose X-Forwarded-For says whose request it is",
  ),

  dataDirectory: S.computed(
    "CHAT_DATA_DIR",
    S.text,
    { config: dataDirectory, shown: "$XDG_DATA_HOME/chat, else ~/.local/share/chat" },
    "Where the embedded database and its signing key are kept",
  ),
  databaseUrl: S.secret(
    "CHAT_DATABASE_URL",
    S.postgresUrl,
    "the embedded database",
    "A PostgreSQL server, 15 or later, to use instead of the embedded database",
  ),
  databaseWriters: S.setting(
    "CHAT_DATABASE_WRITERS",
    S.integer(1, 100),
    "4",
    "Connections to the PostgreSQL server for what changes something",
  ),
  databaseReaders: S.setting(
    "CHAT_DATABASE_READERS",
    S.integer(1, 100),
    "8",
    "Connections to the PostgreSQL server for what only reads",
  ),
  statementTimeout: S.setting(
    "CHAT_STATEMENT_TIMEOUT",
    S.duration("100 millis", "10 minutes"),
    "10 seconds",
    "How long one statement may take on the PostgreSQL server",
  ),

  signingKey: S.secret(
    "CHAT_SIGNING_KEY",
    signingKey,
    "made on the first start, with the embedded database",
    "Signs access tokens; required with CHAT_DATABASE_URL, and the same on every node",
  ),
  accessTokenLifetime: S.setting(
    "CHAT_ACCESS_TOKEN_LIFETIME",
    S.duration("1 minute", "1 day"),
    "15 minutes",
    "How long an access token is valid",
  ),
  sessionLifetime: S.setting(
    "CHAT_SESSION_LIFETIME",
    S.duration("1 hour", "3650 days"),
    "90 days",
    "How long a session lasts that is not used",
  ),
  refreshGrace: S.setting(
    "CHAT_REFRESH_GRACE",
    S.duration("0 seconds", "10 minutes"),
    "30 seconds",
    "How long after its use a refresh token presented again still gets the same answer",
  ),
  argon2: {
    memory: S.setting("CHAT_ARGON2_MEMORY", S.integer(8, 4 * MiB), "19456", "Memory for hashing a password, in KiB"),
    passes: S.setting("CHAT_ARGON2_PASSES", S.integer(1, 100), "2", "Passes for hashing a password"),
    parallelism: S.setting("CHAT_ARGON2_PARALLELISM", S.integer(1, 64), "1", "Lanes for hashing a password"),
    concurrency: S.setting("CHAT_ARGON2_CONCURRENCY", S.integer(1, 64), "2", "Passwords hashed at the same time"),
  },
  admins: S.setting(
    "CHAT_ADMINS",
    S.list(username),
    "",
    "Accounts by username that become admins of the server, at the start and on signing up",
  ),
  defaultRooms: S.setting(
    "CHAT_DEFAULT_ROOMS",
    S.list(roomName),
    "general",
    "Public rooms made on the first start, which new accounts join",
  ),

  rates: {
    messagesPerSecond: S.setting(
      "CHAT_RATE_MESSAGES",
      S.integer(1, 100_000),
      "10",
      "Messages per second and user, in the long run",
    ),
    messagesBurst: S.setting("CHAT_RATE_MESSAGES_BURST", S.integer(1, 100_000), "20", "Messages at once per user"),
    callsPerMinute: S.setting("CHAT_RATE_CALLS", S.integer(1, 1_000_000), "600", "Other calls per minute and user"),
    restPerMinute: S.setting("CHAT_RATE_REST", S.integer(1, 1_000_000), "60", "REST requests per minute and user"),
    friendRequestsPerMinute: S.setting(
      "CHAT_RATE_FRIEND_REQUESTS",
      S.integer(1, 100_000),
      "10",
      "Friend requests per minute and user",
    ),
    invitationsPerMinute: S.setting(
      "CHAT_RATE_INVITATIONS",
      S.integer(1, 100_000),
      "20",
      "Invitations to rooms and groups per minute and user",
    ),
    loginsPerAccount: S.setting(
      "CHAT_RATE_LOGINS_PER_ACCOUNT",
      S.integer(1, 100_000),
      "5",
      "Wrong passwords per 15 minutes and account",
    ),
    loginsPerAddress: S.setting(
      "CHAT_RATE_LOGINS_PER_ADDRESS",
      S.integer(1, 100_000),
      "20",
      "Logins per 15 minutes and address",
    ),
    signUpsPerAddress: S.setting(
      "CHAT_RATE_SIGNUPS_PER_ADDRESS",
      S.integer(1, 100_000),
      "10",
      "New accounts per hour and address",
    ),
    refreshesPerAddress: S.setting(
      "CHAT_RATE_REFRESHES_PER_ADDRESS",
      S.integer(1, 1_000_000),
      "3000",
      "New access tokens per 15 minutes and address",
    ),
  },

  roomPasswords: {
    perAccount: S.setting(
      "CHAT_RATE_ROOM_PASSWORDS",
      S.integer(1, 100_000),
      "5",
      "Wrong passwords of a room per 15 minutes and account",
    ),
    perAddress: S.setting(
      "CHAT_RATE_ROOM_PASSWORDS_PER_ADDRESS",
      S.integer(1, 100_000),
      "20",
      "Wrong passwords of rooms per 15 minutes and address",
    ),
  },

  reportsPerHour: S.setting("CHAT_RATE_REPORTS", S.integer(1, 100_000), "10", "Reports per hour and user"),
  limits: {
    messageBody: S.setting(
      "CHAT_LIMIT_MESSAGE",
      S.integer(1, MaxTextLength),
      "4000",
      "Length of a message, in code points",
    ),
    roomName: S.setting("CHAT_LIMIT_ROOM_NAME", S.integer(1, 256), "64", "Length of a room's name, in code points"),
    topic: S.setting("CHAT_LIMIT_TOPIC", S.integer(1, 4_096), "250", "Length of a room's topic, in code points"),
    page: S.setting("CHAT_LIMIT_PAGE", S.integer(20, 1_000), "100", "Entries of one page of a list"),
    frameBytes: S.setting(
      "CHAT_LIMIT_FRAME",
      S.integer(4 * KiB, 16 * MiB),
      "65536",
      "Size of a WebSocket frame from a client, in bytes",
    ),
    bodyBytes: S.setting(
      "CHAT_LIMIT_BODY",
      S.integer(4 * KiB, 16 * MiB),
      "1048576",
      "Size of an HTTP request's body, in bytes",
    ),
    syncGap: S.setting(
      "CHAT_LIMIT_SYNC_GAP",
      S.integer(1, 1_000_000),
      "1000",
      "Missing events of one log above which a client gets a snapshot instead",
    ),
    syncGapTotal: S.setting(
      "CHAT_LIMIT_SYNC_GAP_TOTAL",
      S.integer(1, 10_000_000),
      "20000",
      "Missing events of all logs above which a client gets snapshots for the rest",
    ),
    cursors: S.setting("CHAT_LIMIT_CURSORS", S.integer(1, 1_000_000), "20000", "Cursors that one connection can offer"),
    reactionsPerPerson: S.setting(
      "CHAT_LIMIT_REACTIONS_PERSON",
      S.integer(0, 1_000),
      "20",
      "Reactions of one person on one message",
    ),
    reactionsPerMessage: S.setting(
      "CHAT_LIMIT_REACTIONS_MESSAGE",
      S.integer(0, 1_000),
      "50",
      "Different emojis under one message",
    ),
    pins: S.setting("CHAT_LIMIT_PINS", S.integer(0, 1_000), "100", "Pinned messages of one conversation"),
    drafts: S.setting("CHAT_LIMIT_DRAFTS", S.integer(0, 1_000), "100", "Drafts of one account"),
    notices: S.setting("CHAT_LIMIT_NOTICES", S.integer(0, 100), "20", "Notices to everybody that are in force"),
    watched: S.setting("CHAT_LIMIT_WATCHED", S.integer(1, 1_000), "50", "Conversations that one connection can watch"),
    slowMode: S.setting(
      "CHAT_LIMIT_SLOW_MODE",
      S.integer(0, 604_800),
      "21600",
      "Seconds that a room can ask its members to wait between two messages",
    ),
    roomMembers: S.setting("CHAT_LIMIT_ROOM_MEMBERS", S.integer(2, 1_000_000), "100000", "Members of a room"),
    groupMembers: S.setting("CHAT_LIMIT_GROUP_MEMBERS", S.integer(3, mostMarked), "16", "People in a group"),
  },
  contacts: S.setting(
    "CHAT_LIMIT_CONTACTS",
    S.integer(1, 100_000),
    "1000",
    "People in each list of an account: friends, requests sent, requests received, blocks",
  ),
  invitations: S.setting(
    "CHAT_LIMIT_INVITATIONS",
    S.integer(1, 100_000),
    "100",
    "Invitations to rooms that an account has not answered",
  ),
  connections: S.setting("CHAT_LIMIT_CONNECTIONS", S.integer(1, 1_000_000), "10000", "Open connections of this node"),
  connectionsPerAddress: S.setting(
    "CHAT_LIMIT_CONNECTIONS_PER_ADDRESS",
    S.integer(1, 1_000_000),
    "1000",
    "Open connections of one address on this node",
  ),
  connectionQueueBytes: S.setting(
    "CHAT_LIMIT_QUEUE",
    S.integer(64 * KiB, 1024 * MiB),
    "1048576",
    "Bytes that may wait for a slow connection before it is fed from the database instead",
  ),

  heartbeat: S.setting(
    "CHAT_HEARTBEAT",
    S.duration("1 second", "1 hour"),
    "30 seconds",
    "How often a connection is asked whether it is alive",
  ),
  stallTimeout: S.setting(
    "CHAT_STALL_TIMEOUT",
    S.duration("1 second", "1 hour"),
    "30 seconds",
    "How long a connection may accept nothing before it is cut",
  ),
  signInWithin: S.setting(
    "CHAT_SIGN_IN_WITHIN",
    S.duration("1 second", "1 day"),
    "1 minute",
    "How long a connection may be open before a call says who it is",
  ),
  idleClose: S.setting(
    "CHAT_IDLE_CLOSE",
    S.switchable("1 minute", "365 days"),
    "off",
    "How long a connection may ask nothing before it is closed",
  ),
  headCheck: S.setting(
    "CHAT_HEAD_CHECK",
    S.duration("100 millis", "10 minutes"),
    "5 seconds",
    "How often what is delivered is compared with the database",
  ),
  awayAfter: S.setting(
    "CHAT_AWAY_AFTER",
    S.duration("1 minute", "1 day"),
    "10 minutes",
    "How long nobody may be active before they are shown as away",
  ),
  ...operations,
} as const

type Value<T> = T extends S.Setting<infer A> ? A : { readonly [K in keyof T]: Value<T[K]> }

/** What the server reads from its environment. */
export type Configuration = Value<typeof settings>

const flatten = (entry: object): ReadonlyArray<S.Setting<unknown>> =>
  S.isSetting(entry) ? [entry] : Object.values(entry).flatMap(flatten)

/** The rows of the table in the documentation, in its order. */
export const configurationTable = (): string =>
  flatten(settings)
    .map(
      ({ name, shown, allowed, about }) => `| \`${name}\` | ${shown === "" ? "none" : shown} | ${allowed} | ${about} |`,
    )
    .join("\n")
