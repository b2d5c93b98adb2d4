import { type FileHandle, open } from 'node:fs/promises'
import { HeadReader } from '../../logs/head.ts'
import type { LogFormat } from '../../logs/index.ts'
import type { SummaryState } from '../../logs/summary/index.ts'
import { changesNear, localYear } from '../../logs/zone.ts'
import type { Part } from './timeline.ts'

/** A stretch of a log that is not packed, in octets; it begins and ends with a line. */
export interface Piece {
  readonly from: number
  readonly to: number
  /** In which its first line was written, in case its times have none. */
  readonly year: number
}

/** What was counted of a log or of a piece of it. */
export interface Counted {
  readonly state: SummaryState
  /** Of its records. */
  readonly formats: readonly LogFormat[]
}

/** Octets of a piece, at least. A thread takes half a second until it is at full speed. */
export const usualSize = 256_000_000

/**
 * Cuts a log at ends of lines, by its size alone, so that what is counted does not depend on the machine. Gives no pieces
 * where the log is packed or small, or where it cannot be told when a piece begins.
 */
export async function piecesOf({ file, parsing }: Part, size: number): Promise<readonly Piece[]> {
  const count = Math.floor(file.size / size)
  if (count < 2) return []
  const handle = await open(file.path)
  try {
    if (!(await isText(handle))) return []
    const { zone, year } = parsing
    const now = Math.min(file.written ?? Date.now(), Date.now())
    const head = new HeadReader({ zone, now, ...(year === undefined ? {} : { year }) })
    const first = await beginningAt(handle, 0, head)
    if (first === undefined) return []
    const begins = [first]
    for (let index = 1; index < count; index++) {
      const begin = await beginningAt(handle, Math.floor((file.size * index) / count), head)
      const isBehind = begin !== undefined && begin.at > (begins.at(-1)?.at ?? 0)
      // An hour that comes twice is told apart by the lines before.
      if (isBehind && !changesNear(begin.time, zone)) begins.push(begin)
    }
    return begins.map(({ at, time }, index) => ({
      from: at,
      to: begins[index + 1]?.at ?? file.size,
      year: localYear(time, zone),
    }))
  } finally {
    await handle.close()
  }
}

/** Programs whose lines stand for themselves: others say in one line what the next is about. */
const selfContained: ReadonlySet<LogFormat> = new Set(['postfix', 'sendmail', 'opensmtpd', 'kumomta', 'haraka'])

// What months alone tell apart, with some days to spare.
const fiveMonths = 150 * 86_400_000

/** Tells whether pieces add up to what would have been counted in one go. */
export function fitTogether(pieces: readonly Counted[]): boolean {
  return pieces.every(({ state, formats }, at) => {
    const last = pieces[at - 1]?.state.counts.last
    const { first } = state.counts
    // A year that is missing follows from the line before.
    const follows = last === undefined || first === undefined || Math.abs(first - last) < fiveMonths
    return follows && formats.every((format) => selfContained.has(format))
  })
}

/** Tells whether it is none of the archives, whose octets are no text. */
async function isText(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(512), 0, 512, 0)
  return buffer.subarray(0, bytesRead).every((octet) => octet >= 32 || octet === 9 || octet === 10 || octet === 13)
}

// Octets in which the end of a line has to be.
const reach = 65_536
const LF = 10

/** Finds the line that begins behind the first end of a line from a place on, and its time. */
async function beginningAt(
  handle: FileHandle,
  place: number,
  head: HeadReader,
): Promise<{ readonly at: number; readonly time: number } | undefined> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(2 * reach), 0, 2 * reach, place)
  const bytes = buffer.subarray(0, bytesRead)
  const start = place === 0 ? 0 : bytes.indexOf(LF) + 1
  const end = bytes.indexOf(LF, start)
  if ((place > 0 && start === 0) || end < 0) return undefined
  const line = Buffer.from(bytes.subarray(start, end)).toString('latin1')
  head.read(line, 0, line.length)
  return head.time === undefined ? undefined : { at: place + start, time: head.time }
}
