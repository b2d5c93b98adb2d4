/** Works something out for an object that never changes, once for as long as there is that object. */
export function remembered<K extends object, V>(work: (about: K) => V): (about: K) => V {
  const known = new WeakMap<K, V>()
  return (about) => {
    const before = known.get(about)
    if (before !== undefined) return before
    const worked = work(about)
    known.set(about, worked)
    return worked
  }
}
