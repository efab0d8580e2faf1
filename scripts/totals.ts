import type { Reporter, SerializedError, TestModule } from "vitest/node"

/**
 * Prints `N passed, N failed` (and `, N skipped`) as the last line of a run.
 *
 * Vitest's own totals leave out a module that cannot be imported and a hook that throws; here each counts as one failure.
 */
export default class Totals implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      const before = counts.failed
      for (const test of module.children.allTests()) counts[test.result().state] += 1
      if (module.state() === "failed" && counts.failed === before) counts.failed += 1
    }
    const skipped = counts.skipped + counts.pending
    const line = `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`
    // when the process ends, so that nothing of the default reporter comes after it
    process.once("exit", () => console.log(line))
  }
}
