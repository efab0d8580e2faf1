/** How often each property is tried. */
const long = process.env["CHAT_TEST_LONG"] === "1"

export const runs = (count = 200) => ({ arbitrary: { runs: long ? count * 25 : count } })

/** The same for programs, which are long: rare cases need many steps. */
export const programRuns = (count = 200) => ({ arbitrary: { ...runs(count).arbitrary, size: 400, maxShrinks: 5_000 } })
