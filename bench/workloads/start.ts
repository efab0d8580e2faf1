import { residentBytes } from "../machine/usage.ts"
import { everybodyAndEmbedded, visit, type Workload } from "./Workload.ts"

export const start: Workload = {
  name: "w5",
  title: "Start: from the start of the process to the first message that was delivered",
  subjects: everybodyAndEmbedded,
  run: (subject, { pairs }) =>
    visit(subject, { people: pairs * 2, perRoom: 2, direct: true }, async ({ server }, gather) => {
      const listening = performance.now() - server.startedAt
      const crowd = gather({ rooms: [0, 0] })
      await crowd.enter()
      const [sender] = crowd.members
      if (sender !== undefined) crowd.post(sender)
      await crowd.settle()
      const delivered = performance.now() - server.startedAt
      return {
        listeningMillis: listening,
        deliveredMillis: delivered,
        residentMiB: residentBytes(server.pid) / 1_024 / 1_024,
      }
    }),
}
