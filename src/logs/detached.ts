/**
 * Copies a text that is kept for long: what is cut out of a chunk keeps the whole chunk in memory. What is put together
 * is copied as soon as something is cut out of it.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1)
}
