/** Something that is said; what has `until` in it is the answer. */
export interface Step {
  readonly say: ReadonlyArray<string>
  readonly until: string
  /** Whether what comes with and after the answer is news: else that begins when all steps are over. */
  readonly isNews?: boolean
}

/** How a member of a crowd talks to one kind of server: what it says, and by what it knows an answer without parsing it. */
export interface Dialect {
  readonly path: (member: number) => string
  /** Says who it is, and is told nothing. */
  readonly signIn: (member: number) => ReadonlyArray<Step>
  /** Is told from now on what is said in its room. */
  readonly follow: (member: number) => ReadonlyArray<Step>
  /** Is told what it has missed, too, since the world was made. */
  readonly comeBack?: (member: number) => ReadonlyArray<Step>
  readonly post: (member: number, body: string) => string
  /** Stands once in an answer to a post, and in nothing else. */
  readonly answered: string
  /** Stands in whatever refuses something. */
  readonly refused: string
  /** A frame that asks for a sign of life, and the sign. */
  readonly alive?: { readonly ask: string; readonly say: string }
  /** What a client says by itself of what it has got, so many posts in its room; once a second, if that was answered. */
  readonly got?: { readonly say: (member: number, posts: number) => string; readonly answered: string }
}
