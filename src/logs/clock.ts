import type { StampNode } from '../grammar/logs/ast.ts'
import { Zone } from './zone.ts'

/** What a time in a log leaves out. */
export interface ClockOptions {
  /** The year of the first line whose time has none. By default it is the last one that does not lie in the future. */
  readonly year?: number
  /** Milliseconds since 1970: what the future begins at. The time of the call by default. */
  readonly now?: number
  /**
   * The zone of times that name none, such as `Europe/Berlin`, summer time included, or a fixed offset such as `+01:00`;
   * `UTC` by default.
   */
  readonly zone?: string
}

const day = 86_400_000

/** Turns times as written into milliseconds since 1970. It remembers the year, so lines come in their order. */
export class Clock {
  readonly #now: number
  readonly #zone: Zone
  /** The year and month of the line before, where years are left out. */
  #year: number | undefined
  #month = -1
  /** A day that was worked out, and when it began. */
  #date = -1
  /** When the day of the last date began there, as if that were in UTC. */
  midnight = 0

  constructor({ year, now = Date.now(), zone = 'UTC' }: ClockOptions = {}) {
    this.#year = year
    this.#now = now
    this.#zone = new Zone(zone)
  }

  timeOf(stamp: StampNode): number {
    if ('epoch' in stamp) return stamp.epoch
    const year = stamp.year ?? this.#yearOf(stamp.month, stamp.day)
    const date = (year * 12 + stamp.month) * 32 + stamp.day
    if (date !== this.#date) {
      this.midnight = Date.UTC(year, stamp.month, stamp.day)
      this.#date = date
    }
    return this.timeIn(this.midnight, stamp.clock, stamp.zone)
  }

  /** Works out a time of a day whose midnight is known, in its zone or that of the log. */
  timeIn(midnight: number, clock: number, zone: number | null): number {
    const local = midnight + clock
    return local - (zone ?? this.#zone.offsetOf(local)) * 60_000
  }

  /** Takes the year that puts a month next to that of the line before: December and January follow each other. */
  #yearOf(month: number, dayOfMonth: number): number {
    if (this.#year === undefined) {
      const thisYear = new Date(this.#now).getUTCFullYear()
      // Clocks differ, and so do zones.
      this.#year = Date.UTC(thisYear, month, dayOfMonth) > this.#now + day ? thisYear - 1 : thisYear
    } else if (this.#month >= 0) {
      if (month - this.#month < -6) this.#year++
      else if (month - this.#month > 6) this.#year--
    }
    this.#month = month
    return this.#year
  }
}
