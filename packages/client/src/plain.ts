/** Types without brands, for those who have ids and texts as plain strings. */

/** A branded string or number is a plain one; everything else stays as it is. */
export type Plain<T> = T extends string
  ? keyof T extends keyof string
    ? T
    : string
  : T extends number
    ? keyof T extends keyof number
      ? T
      : number
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T
