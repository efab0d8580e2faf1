/** The program: its commands, and how a run of it ends. */
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import packageJson from "../package.json" with { type: "json" }
import { Misuse } from "./failure/failures.ts"
import { report } from "./reports/reports.ts"
import { exitCodeOf, exitCodes, render } from "./failure/report.ts"
import { account } from "./account/account.ts"
import { exportAll } from "./account/export.ts"
import { passwd } from "./account/passwd.ts"
import { profile } from "./account/profile.ts"
import { block, blocks, friends, preferences, unblock } from "./contacts/contacts.ts"
import { admin } from "./admin/admin.ts"
import { doctor } from "./doctor/doctor.ts"
import { group, groups } from "./groups/groups.ts"
import { pins, stars } from "./marks/lists.ts"
import { mute, unmute } from "./marks/mute.ts"
import { unread } from "./marks/unread.ts"
import { hide, pin, react, star, unpin, unreact, unstar } from "./marks/marks.ts"
import { deleteMessage } from "./messages/delete.ts"
import { draft, drafts } from "./messages/drafts.ts"
import { edit } from "./messages/edit.ts"
import { forward } from "./messages/forward.ts"
import { history } from "./messages/history.ts"
import { revisions } from "./messages/revisions.ts"
import { search } from "./messages/search.ts"
import { send } from "./messages/send.ts"
import { threads } from "./messages/threads.ts"
import { notices } from "./notices/notices.ts"
import { marks, online, receipts, status } from "./presence/presence.ts"
import { invitations, invite } from "./rooms/invitations.ts"
import { rooms } from "./rooms/rooms.ts"
import { rpc } from "./rpc/rpc.ts"
import { login } from "./session/login.ts"
import { logout } from "./session/logout.ts"
import { sessions } from "./session/sessions.ts"
import { signup } from "./session/signup.ts"
import { whoami } from "./session/whoami.ts"
import { layerCalls } from "./settings/calls.ts"
import { Settings, sharedFlags } from "./settings/Settings.ts"
import { tail } from "./tail/tail.ts"
import { plainFlag, talk } from "./talk/talk.ts"
import { Output } from "./terminal/Output.ts"
import { users } from "./users/users.ts"

/** The commands, in the groups in which help shows them. */
const chat = Command.make("chat", { plain: plainFlag }, talk).pipe(
  Command.withSharedFlags(sharedFlags),
  Command.withDescription("Chat with people and in rooms. Alone, on a terminal, it opens a chat"),
  Command.withSubcommands([
    {
      group: "Messages",
      commands: [send, history, threads, search, tail, draft, drafts, forward, edit, revisions, deleteMessage],
    },
    { group: "With a message", commands: [react, unreact, pin, unpin, pins, star, unstar, stars, hide, unread] },
    {
      group: "Rooms and people",
      commands: [
        rooms,
        invite,
        invitations,
        group,
        groups,
        mute,
        unmute,
        users,
        online,
        status,
        marks,
        receipts,
        friends,
        block,
        unblock,
        blocks,
      ],
    },
    {
      group: "Account",
      commands: [signup, login, logout, whoami, sessions, profile, account, passwd, preferences, exportAll],
    },
    { group: "Server", commands: [notices, report, admin] },
    { group: "This program", commands: [rpc, doctor] },
  ]),
  Command.provide((flags) => layerCalls.pipe(Layer.provideMerge([Settings.layer(flags), Output.layer(flags)]))),
)

/** Help that was asked for is a result; help instead of one goes where messages go. */
const layerPresenter = CliOutput.layerPresenter({
  present: Effect.fnUntraced(function* (event) {
    const formatter = yield* CliOutput.Formatter
    if (event._tag === "Version") return yield* Console.log(`chat ${event.version}`)
    const help = formatter.formatHelpDoc(event.helpDoc)
    if (event._tag === "Help" && event.reason === "Requested") return yield* Console.log(help)
  }),
})

const layer = Layer.mergeAll(
  NodeServices.layer,
  layerPresenter,
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
)

const misuse = (error: CliError.CliError): Misuse => {
  if (error._tag !== "ShowHelp") return new Misuse({ detail: error.message })
  const help = `see ${error.commandPath.join(" ")} --help`
  const [first] = error.errors
  return new Misuse({
    detail:
      first === undefined ? `a command is missing: ${help}` : `${first.message.replaceAll(/\s+/gu, " ")} (${help})`,
  })
}

/** Runs the program and answers its exit code. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<number> => {
  const json = args.includes("--json")
  return Command.runWith(chat, { version: packageJson.version, renderErrors: false })(args).pipe(
    Effect.as(0),
    Effect.catchIf(CliError.isCliError, (error) => Effect.fail(misuse(error))),
    Effect.provide(layer),
    Effect.catchTag("ConfigError", (error) => Effect.fail(new Misuse({ detail: error.message }))),
    Effect.catch((failure) =>
      Effect.map(render(failure, json), (text) => {
        process.stderr.write(`${text}\n`)
        return exitCodeOf(failure)
      }),
    ),
    Effect.catchCause((cause) =>
      Effect.sync(() => {
        const what = Cause.squash(cause)
        process.stderr.write(`chat: a fault in the program: ${what instanceof Error ? what.message : "unknown"}\n`)
        return exitCodes.refused
      }),
    ),
  )
}
