import { basename, dirname, join } from 'node:path'
import type { LogParser } from '../../logs/parser.ts'
import { localYear } from '../../logs/zone.ts'
import type { Parsing } from './options.ts'
import { parserOf, scan, type TakeRecords } from './scan.ts'
import { type LogFile, logOf, type Reading, Unreadable } from './source.ts'

/** A log in its place among others. */
export interface Part {
  readonly file: LogFile
  /** With its own year, where one was given. */
  readonly parsing: Parsing
  /** Milliseconds since 1970; when it was written where it does not tell, undefined where it is the only one. */
  readonly begins: number | undefined
}

/** Puts logs in the order of their times, whatever order they are named in; standard input comes last. */
export async function timelineOf(
  files: readonly LogFile[],
  parsing: Parsing,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  if (files.length < 2) return files.map((file) => ({ file, parsing, begins: undefined }))
  const begun = await Promise.all(
    files.map(async (file) => ({ file, begins: await beginningOf(file, parsing, signal) })),
  )
  const sorted = begun.sort((one, other) => (one.begins ?? Infinity) - (other.begins ?? Infinity) || 0)
  const earliest = sorted[0]?.begins
  return sorted.map(({ file, begins }) => {
    const years =
      begins === undefined || earliest === undefined
        ? 0
        : localYear(begins, parsing.zone) - localYear(earliest, parsing.zone)
    // The year that is given is that of the first log.
    return {
      file,
      begins,
      parsing: { ...parsing, year: parsing.year === undefined ? undefined : parsing.year + years },
    }
  })
}

/** What goes with reading several logs. */
export interface TimelineReading extends Pick<Reading, 'signal'> {
  /** Is told how many octets of a file have been read. */
  readonly onRead: (path: string, bytes: number) => void
  /** Is told which logs could not be read to their ends; the others are read all the same. */
  readonly onUnreadable: (error: Unreadable) => void
}

/** Reads logs one after the other and hands their records on. */
export async function readInOrder(
  parts: readonly Part[],
  { signal, onRead, onUnreadable }: TimelineReading,
  take: TakeRecords,
): Promise<void> {
  const read = new Map<string, { part: Part; parser: LogParser }>()
  for (const part of parts) {
    if (signal.aborted) return
    const { path, written } = part.file
    const name = rotatedFrom(path)
    const before = read.get(name)
    const parser = before !== undefined && follows(before.part, part) ? before.parser : parserOf(part.parsing, written)
    read.set(name, { part, parser })
    try {
      await scan(logOf(path, { signal, onRead: (bytes) => onRead(path, bytes) }), parser, take)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      onUnreadable(error)
    }
  }
}

// Chunks of a log in which its first time is looked for.
const enough = 4

async function beginningOf(
  { path, written }: LogFile,
  parsing: Parsing,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (path === '-') return undefined
  const found = new AbortController()
  let chunks = 0
  const onRead = (): void => {
    if (++chunks >= enough) found.abort()
  }
  let first: number | undefined
  const log = logOf(path, { signal: AbortSignal.any([signal, found.signal]), onRead })
  await scan(log, parserOf({ ...parsing, year: undefined }, written), (records) => {
    first ??= records.find(({ time }) => time !== undefined)?.time
    if (first !== undefined) found.abort()
  }).catch((error: unknown) => {
    // What is wrong with it is told when it is read.
    if (!(error instanceof Unreadable)) throw error
  })
  return first ?? written
}

// What months alone tell apart.
const halfAYear = 180 * 86_400_000

/** Tells whether a log goes on where another ends, so that the one parser reads both. */
function follows(before: Part, { begins }: Part): boolean {
  return before.begins !== undefined && begins !== undefined && begins - before.begins < halfAYear
}

/** Names the log that a file was before it was put aside: `mail.log` of `mail.log.2.gz` and `mail.log-20260301`. */
function rotatedFrom(path: string): string {
  const name = basename(path).replace(/\.(?:gz|bz2|xz|zst)$/, '')
  // What multilog puts aside is named after its time alone.
  const original = /^@[0-9a-f]{24}\.[su]$/.test(name) ? 'current' : name.replace(/(?:[.-]\d{1,14}){1,3}$/, '')
  return join(dirname(path), original)
}
