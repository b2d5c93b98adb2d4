/** How far times of a zone are ahead of UTC, for times that say the hour of the day and nothing else. */

const minute = 60_000
const day = 86_400_000
// Nowhere does the offset change within one.
const quarter = 15 * minute
// Lines stand out of order by less.
const disorder = 5 * minute

/** Knows the zone of a log. It remembers the line before, by which it tells the two passes of an hour that comes twice. */
export class Zone {
  readonly #fixed: number | undefined
  readonly #offsetAt: (utc: number) => number
  /** The quarter of an hour that was looked up, and the offset in it: in its first pass and in its second. */
  #quarter = Number.NaN
  #first = 0
  #second = 0
  #isSecond = false
  #last = Number.NEGATIVE_INFINITY

  /**
   * Takes the name of a zone, such as `Europe/Berlin`, or a fixed offset, such as `+01:00`.
   *
   * @throws RangeError where there is no such zone.
   */
  constructor(name: string) {
    const fixed = fixedOffsetOf(name)
    this.#fixed = fixed
    this.#offsetAt = fixed === undefined ? offsetsOf(name) : () => fixed
  }

  /** Returns minutes east of Greenwich for a time of the zone, given as if it were one of UTC. */
  offsetOf(local: number): number {
    if (this.#fixed !== undefined) return this.#fixed
    const before = this.#last
    this.#last = local
    const at = Math.floor(local / quarter)
    if (at !== this.#quarter) {
      const wasTwice = this.#first !== this.#second
      this.#lookUp(at)
      if (!wasTwice) this.#isSecond = before > local
    }
    if (before - local > disorder) this.#isSecond = true
    return this.#isSecond ? this.#second : this.#first
  }

  #lookUp(at: number): void {
    const local = at * quarter
    this.#quarter = at
    const [earlier, later] = [this.#offsetAt(local - day), this.#offsetAt(local + day)]
    const isEarlier = this.#offsetAt(local - earlier * minute) === earlier
    const isLater = this.#offsetAt(local - later * minute) === later
    // A time that clocks skip is taken for what they would have shown.
    this.#first = isEarlier || !isLater ? earlier : later
    this.#second = isLater ? later : this.#first
  }
}

/** Gives the year that clocks of a zone show at a time, in milliseconds since 1970. */
export function localYear(time: number, name: string): number {
  return new Date(time + new Zone(name).offsetOf(time) * minute).getUTCFullYear()
}

/** Tells whether clocks of a zone are changed within a day of a time. */
export function changesNear(time: number, name: string): boolean {
  const zone = new Zone(name)
  return zone.offsetOf(time - day) !== zone.offsetOf(time + day)
}

function fixedOffsetOf(name: string): number | undefined {
  if (name === 'Z' || name === 'UTC') return 0
  const [, sign, hours, minutes] = /^([+-])(\d\d):?([0-5]\d)$/.exec(name) ?? []
  return sign === undefined ? undefined : (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes))
}

/** Makes a function that gives the offset which is in force at a time of UTC. */
function offsetsOf(name: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' })
  return (utc) => {
    const written = format.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(written) ?? []
    if (sign === undefined) return 0
    return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes) + Number(seconds) / 60)
  }
}
