/**
 * Copies a text that is kept for long: what is cut out of a chunk keeps the whole chunk in memory, and is slow to read. A
 * text that is put together from its characters is neither.
 */
export function detached(text: string): string {
  return text.split('').join('')
}
