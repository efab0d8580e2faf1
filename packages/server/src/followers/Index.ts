const nothing: ReadonlySet<never> = new Set()

/** Several values under a key; a key without values is not kept. */
export const makeIndex = <K, V>() => {
  const index = new Map<K, Set<V>>()
  return {
    get: (key: K): ReadonlySet<V> => index.get(key) ?? nothing,
    keys: () => index.keys(),
    add: (key: K, value: V): void => {
      const values = index.get(key)
      if (values === undefined) index.set(key, new Set([value]))
      else values.add(value)
    },
    remove: (key: K, value: V): void => {
      const values = index.get(key)
      if (values?.delete(value) && values.size === 0) index.delete(key)
    },
  }
}
