import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"

const isTraceId = (id: unknown): id is string => typeof id === "string" && /^[\da-f]{32}$/u.test(id)
const isSpanId = (id: unknown): boolean => typeof id === "string" && /^[\da-f]{16}$/u.test(id)

/**
 * Keeps a share of the traces, whole. A client's own trace goes on here, in that share of them: which ones is decided by
 * its id, so that whoever samples by the same share chooses the same, and no client can make this server keep more. A
 * client can write anything in the place of the ids; what is none begins a trace of its own.
 */
export const sampling = (tracer: Tracer.Tracer, share: number): Tracer.Tracer => {
  const isChosen = (traceId: string): boolean => Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < share
  return {
    ...tracer,
    span: (options) => {
      const parent = Option.getOrUndefined(options.parent)
      if (parent?._tag === "Span") return tracer.span(options)
      if (parent !== undefined && isTraceId(parent.traceId) && isSpanId(parent.spanId)) {
        return tracer.span({ ...options, sampled: parent.sampled === true && isChosen(parent.traceId) })
      }
      return tracer.span({ ...options, parent: Option.none(), sampled: Math.random() < share })
    },
  }
}
