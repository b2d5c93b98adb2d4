/** Lists the keys that the type of an object names. */
export function keysOf<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[]
}

/** Makes an object of the same keys. */
export function mapValues<K extends string, A, B>(object: Readonly<Record<K, A>>, map: (value: A) => B): Record<K, B> {
  const entries = keysOf(object).map((key) => [key, map(object[key])] as const)
  return Object.fromEntries(entries) as Record<K, B>
}
