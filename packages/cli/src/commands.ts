/** The commands of the program. */
import * as Command from "effect/cli/Command"
import * as Layer from "effect/Layer"
import { report } from "./reports/reports.ts"
import { account } from "./account/account.ts"
import { exportAll } from "./account/export.ts"
import { passwd } from "./account/passwd.ts"
import { profile } from "./account/profile.ts"
import { block, blocks, friends, preferences, unblock } from "./contacts/contacts.ts"
import { admin } from "./admin/admin.ts"
import { doctor } from "./doctor/doctor.ts"
import { group, groups } from "./groups/groups.ts"
import { inbox, read } from "./inbox/inbox.ts"
import { pins, stars } from "./marks/lists.ts"
import { mute, unmute } from "./marks/mute.ts"
import { reactions } from "./marks/reactions.ts"
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
import { makeCompletion } from "./shell/completion.ts"

// of the whole program, which has it as a part
const completion = makeCompletion(() => chat)

/** The commands, in the groups in which help shows them. */
export const chat = Command.make("chat", { plain: plainFlag }, talk).pipe(
  Command.withSharedFlags(sharedFlags),
  Command.withDescription("Chat with people and in rooms. Alone, on a terminal, it opens a chat"),
  Command.withExamples([
    { command: "chat", description: "Talk, on the full screen" },
    { command: "chat send general 'Hello'", description: "Say something in a room" },
    { command: "make 2>&1 | chat send '#builds' -", description: "Send what another program says" },
    { command: "chat tail --json | jq .event", description: "What happens, as it happens, for another program" },
    { command: "chat doctor", description: "Find out what is wrong" },
  ]),
  Command.withSubcommands([
    {
      group: "Messages",
      commands: [
        send,
        history,
        inbox,
        read,
        threads,
        search,
        tail,
        draft,
        drafts,
        forward,
        edit,
        revisions,
        deleteMessage,
      ],
    },
    {
      group: "With a message",
      commands: [react, unreact, reactions, pin, unpin, pins, star, unstar, stars, hide, unread],
    },
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
    { group: "This program", commands: [rpc, doctor, completion] },
  ]),
  Command.provide((flags) => layerCalls.pipe(Layer.provideMerge([Settings.layer(flags), Output.layer(flags)]))),
)
