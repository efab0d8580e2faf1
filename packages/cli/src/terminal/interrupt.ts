/**
 * Ctrl-C: ends the program at once, with the exit code that shells give to an interruption. Nothing has to be put in order
 * first: what is under way is safe to be cut off at any point, and the terminal is restored on the way out.
 */
export const interrupt = (): never => process.exit(130)
