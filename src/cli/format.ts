const numbers = new Intl.NumberFormat('en')
const times = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const zones = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'shortOffset' })

/** Writes a count, such as `12,345`. */
export function count(value: number): string {
  return numbers.format(value)
}

/** Writes a part of a whole, such as `3.1 %`. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent < 100 && percent > 99.9) return '> 99.9 %'
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(1)} %`
}

/** Writes seconds in the unit that fits, such as `1.5 s` or `2.3 h`. */
export function duration(seconds: number | undefined | null): string {
  if (seconds === undefined || seconds === null) return '–'
  if (seconds === 0) return '0 s'
  const [, size, unit] = units.find(([below]) => seconds < below) ?? [0, 86_400, 'd']
  const value = seconds / size
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`
}

const units: readonly (readonly [below: number, size: number, unit: string])[] = [
  [0.9995, 0.001, 'ms'],
  [100, 1, 's'],
  [5_400, 60, 'min'],
  [2 * 86_400, 3_600, 'h'],
]

/** Writes octets, such as `1.2 GB`. */
export function octets(value: number): string {
  const names = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = value === 0 ? 0 : Math.min(names.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1_000 ** power
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${names[power]}`
}

/** Writes a time in the zone of the reader, such as `4 Mar 2026, 12:05`. */
export function time(milliseconds: number | undefined | null): string {
  return milliseconds === undefined || milliseconds === null ? '–' : times.format(milliseconds)
}

/** Names the zone of the reader, such as `GMT+1`. */
export function zone(milliseconds: number): string {
  return zones.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
