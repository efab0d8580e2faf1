import { peopleMutants } from "./people.ts"
import { type Mutant, mutants } from "./rules.ts"
import { sharingMutants } from "./sharing.ts"
import { simulationMutants } from "./simulation.ts"
import { talkMutants } from "./talk.ts"

export const allMutants: ReadonlyArray<Mutant> = [
  ...mutants,
  ...sharingMutants,
  ...peopleMutants,
  ...talkMutants,
  ...simulationMutants,
]

/** Whether the rule is where the mutant looks for it, and nowhere else. */
export const applies = ({ search }: Mutant, source: string): boolean => source.split(search).length === 2
