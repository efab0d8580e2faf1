import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { makeDocument } from "./document.ts"
import { type Document, errorsPage, operationsPage, style } from "./pages.ts"

const headers = {
  "cache-control": "public, max-age=300",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

const serve = (path: `/${string}`, contentType: string, text: Effect.Effect<string>) =>
  HttpRouter.add(
    "GET",
    path,
    Effect.map(text, (body) => HttpServerResponse.text(body, { contentType, headers })),
  )

/** What the REST API is, for programs and for people. */
export const layerDocumentRoutes = Layer.unwrap(
  Effect.gen(function* () {
    const document = yield* Effect.cached(Effect.sync(makeDocument))
    const read = (render: (document: Document) => string) =>
      // Its parts are what `makeDocument` has put there; a test reads every page.
      Effect.map(document, (text) => render(JSON.parse(text) as Document))
    const html = "text/html; charset=utf-8"
    return Layer.mergeAll(
      serve("/openapi.json", "application/json", document),
      serve("/docs", html, read(operationsPage)),
      serve("/docs/errors", html, read(errorsPage)),
      serve("/docs/style.css", "text/css; charset=utf-8", Effect.succeed(style)),
    )
  }),
)
