/** The errors of the contract as a REST client gets them: problem details (RFC 9457) of `application/problem+json`. */
import * as Schema from "effect/Schema"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import { CallError } from "../Errors.ts"
import { BodyTooLarge, RequestRefused, WrongMediaType } from "./HttpErrors.ts"

/** What went wrong. `tag` is the error's name in the contract, whose fields stand beside it; `detail` is for people. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly tag: string
  readonly [field: string]: unknown
}

/** An error of the contract, or one made like them. */
interface ErrorClass extends Schema.Top {
  readonly fields: Schema.Struct.Fields & { readonly _tag: Schema.tag<string> }
}

type ProblemSchema = Schema.Codec<Problem>

// "RoomNameTaken" is "Room name taken".
const titleOf = (tag: string): string => tag.replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)

const own = ({ fields }: ErrorClass): Schema.Struct.Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "_tag" && !(name in about("", 0))))

// What every problem has. It stands before the error's own fields: the `detail` of `BadRequest` is in the sentence.
const about = (tag: string, status: number) => ({
  type: `/docs/errors#${tag}`,
  title: titleOf(tag),
  status,
  detail: "",
  tag,
})

const statusOf = (error: ErrorClass): number => Schema.resolveAnnotations(error)?.httpApiStatus ?? 500

const tagOf = ({ fields }: ErrorClass): string => fields._tag.schema.literal

const made = new WeakMap<ErrorClass, ProblemSchema>()

/** The problem that an error is shown as. */
export const problem = (error: ErrorClass): ProblemSchema => {
  const known = made.get(error)
  if (known !== undefined) return known
  const { type, title, status, tag } = about(tagOf(error), statusOf(error))
  const schema = Schema.Struct({
    type: Schema.Literal(type),
    title: Schema.Literal(title),
    status: Schema.Literal(status),
    detail: Schema.String,
    tag: Schema.Literal(tag),
    ...own(error),
  })
    .annotate({ identifier: tag, httpApiStatus: status })
    .pipe(HttpApiSchema.asJson({ contentType: "application/problem+json" }))
  // Its fields are those of `Problem` and the error's own, which are under any name.
  const result = schema as unknown as ProblemSchema
  made.set(error, result)
  return result
}

/** What a call of the contract fails with. */
interface Failing {
  readonly errorSchema: { readonly members: ReadonlyArray<ErrorClass> }
}

/** The problems of an operation that makes these calls and has no body. */
export const problems = (...calls: ReadonlyArray<Failing>): ReadonlyArray<ProblemSchema> => {
  const own = calls.flatMap((call) => call.errorSchema.members)
  return [...new Set<ErrorClass>([...own, ...CallError.members, RequestRefused])].map(problem)
}

/** The problems of an operation that makes these calls and has a body. */
export const problemsWithBody = (...calls: ReadonlyArray<Failing>): ReadonlyArray<ProblemSchema> => [
  ...problems(...calls),
  problem(WrongMediaType),
  problem(BodyTooLarge),
]

/** An error as its problem. */
export const toProblem = (error: Error & { readonly _tag: string }): Problem => {
  const { constructor } = error
  // Every error of the contract is an instance of the class that describes it.
  const schema = constructor as unknown as ErrorClass
  const { _tag, ...fields } = Object.fromEntries(
    // A field that may be absent is not there, rather than undefined.
    Object.keys(schema.fields).flatMap((name) => (name in error ? [[name, Reflect.get(error, name)]] : [])),
  )
  const general = { ...about(tagOf(schema), statusOf(schema)), detail: error.message }
  return { ...general, ...fields, ...general }
}
