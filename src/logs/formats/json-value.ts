/** An object of JSON, of which nothing is known yet. */
export type Json = Readonly<Record<string, unknown>>

/** Tells whether a value is an object, and no array. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Gives a text that has something in it. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Gives a number that can be reckoned with. */
export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Reads seconds since 1970, milliseconds, or a date; gives milliseconds. */
export function timeIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1e11 ? Math.trunc(value) : Math.trunc(value * 1000)
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
