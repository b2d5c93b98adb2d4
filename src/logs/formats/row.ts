import type { Head } from '../head.ts'

/** One line of a table by the names of its columns. */
export type Row = Readonly<Record<string, string>>

/** Takes the time out of a row. */
export function timed(text: string | undefined, { host, at }: Head): Head {
  return { time: timeOf(text), host, program: undefined, pid: undefined, at }
}

/** Reads RFC 3339, `2026-03-04 07:05:11+0100`, UTC where no zone is named, or seconds since 1970. */
export function timeOf(text: string | undefined): number | undefined {
  if (/^\d{9,10}$/.test(text ?? '')) return 1000 * Number(text)
  const dated = (text ?? '').replace(/^(\S+) (\d)/, '$1T$2').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
  const time = Date.parse(/T[\d:.]+$/.test(dated) ? `${dated}Z` : dated)
  return Number.isNaN(time) ? undefined : time
}

/** Reads a number, where there is one. */
export function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

/** Takes the brackets off a Message-ID. */
export function unbracketed(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.replace(/^<(.*)>$/, '$1')
}
