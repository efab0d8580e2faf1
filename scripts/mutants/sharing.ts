// Rules of what is read once for many who come back, and a patch that takes each away.
import type { Mutant, Tests } from "./rules.ts"

const oneNode: Tests = { project: "server", file: "packages/server/test/model/postgres.test.ts", name: "one node" }
const sharing: Tests = { project: "server", file: "packages/server/test/delivery/sharedReader.test.ts" }

const delivery = "packages/server/src/delivery"

export const sharingMutants: ReadonlyArray<Mutant> = [
  {
    rule: "sharing: what has changed since it was read is read anew",
    file: `${delivery}/blocks.ts`,
    search: "block?.version === want.version && block.names",
    replace: "block?.names",
    tests: sharing,
  },
  {
    rule: "sharing: so is what was read before somebody was called otherwise",
    file: `${delivery}/blocks.ts`,
    search: " && block.names === directory.revision()",
    replace: "",
    tests: sharing,
  },
  {
    rule: "sharing: what looks different to somebody is read for them alone",
    file: `${delivery}/blocks.ts`,
    search: "shared.but.includes(account) || ",
    replace: "",
    tests: sharing,
  },
  {
    rule: "sharing: nobody is told of what was said before they came",
    file: `${delivery}/blocks.ts`,
    search: " || isAbout(shared.event, from)",
    replace: "",
    tests: sharing,
  },
  {
    rule: "sharing: what one alone is told is read for them alone",
    file: `${delivery}/blocks.ts`,
    search: "e.only_for IS NULL AND m.only_for IS NULL AND m.forked IS NOT TRUE AS visible",
    replace: "true AS visible",
    tests: sharing,
  },
  {
    rule: "sharing: whoever has hidden something reads alone",
    file: `${delivery}/sharedReader.ts`,
    search: "version === null || hides ?",
    replace: "version === null ?",
    tests: sharing,
  },
  {
    rule: "sharing: a cursor of another history gets a snapshot",
    file: `${delivery}/sharedReader.ts`,
    search: "AND c.seq = w.after AND c.mark = decode(w.mark, 'hex')",
    replace: "AND c.seq = w.after",
    tests: oneNode,
  },
]
