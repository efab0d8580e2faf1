// What is used of WebAssembly, which Node has and the types of Node do not name.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  const compile: (bytes: Uint8Array) => Promise<Module>
}
