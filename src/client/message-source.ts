import {
  from,
  type InteropObservable,
  materialize,
  type Observable,
  type ObservableInput,
  type ObservableNotification,
  observable,
} from 'rxjs'
import { argumentError } from '../protocol/errors.ts'

/**
 * A message, header fields and body together: text, bytes, or a stream of either. Node's streams are asynchronous
 * iterables. Line ends of any kind become CRLF on the way, and dots are taken care of.
 *
 * An Observable cannot be held back: what it emits faster than the server takes is kept in memory.
 */
export type MessageSource =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>
  | InteropObservable<string | Uint8Array>
  | Observable<string | Uint8Array>

const encoder = new TextEncoder()

/** Tells whether a message is there as a whole, so that it can be sent again. */
export function isWhole(source: MessageSource): source is string | Uint8Array {
  return typeof source === 'string' || source instanceof Uint8Array
}

/** Returns the bytes of a message that is there as a whole. */
export function wholeMessage(source: MessageSource): Uint8Array | undefined {
  if (typeof source === 'string') return encoder.encode(source)
  return source instanceof Uint8Array ? source : undefined
}

/**
 * Returns the pieces of any message as bytes. Nothing of the source is touched before the first is asked for; ending
 * the iterator lets the source go at once, also while a piece is awaited.
 *
 * @throws SmtpError `invalid-argument` for what is no message, at once.
 */
export function piecesOf(source: MessageSource): AsyncIterator<Uint8Array> {
  const open = openerOf(source)
  if (open === undefined) throw argumentError('message', 'neither text, bytes nor a stream of them', { phase: 'body' })
  let pieces: Pieces | undefined
  return {
    async next() {
      pieces ??= open()
      const { done, value } = await pieces.next()
      return done ? end : { done: false, value: bytesOf(value) }
    },
    async return() {
      await pieces?.return?.()
      return end
    },
  }
}

/** An iterator of either kind. */
interface Pieces {
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>
  return?(): unknown
}

const end = { done: true, value: undefined } as const

function openerOf(source: MessageSource): (() => Pieces) | undefined {
  if (typeof source === 'string' || source instanceof Uint8Array) return () => [source].values()
  if (typeof source !== 'object' || source === null) return undefined
  // Before their own iterators, which cannot be ended while a piece is awaited.
  if ('getReader' in source) return () => read(source)
  if (Symbol.asyncIterator in source) return () => source[Symbol.asyncIterator]()
  if (Symbol.iterator in source) return () => source[Symbol.iterator]()
  return observable in source ? () => observe(source) : undefined
}

/**
 * Returns one piece as bytes.
 *
 * @throws SmtpError `invalid-argument` for anything else than text and bytes.
 */
export function bytesOf(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return encoder.encode(piece)
  if (piece instanceof Uint8Array) return piece
  throw argumentError('message', `a piece of it is ${typeof piece}, neither text nor bytes`, { phase: 'body' })
}

/** Reads a web stream. */
function read(stream: ReadableStream<unknown>): Pieces {
  const reader = stream.getReader()
  return {
    async next() {
      const { done, value } = await reader.read()
      return done ? end : { done, value }
    },
    return: () => reader.cancel(),
  }
}

/** Reads an Observable; what comes too fast waits in a queue. */
function observe(source: ObservableInput<unknown>): Pieces {
  const waiting: ObservableNotification<unknown>[] = []
  let wake: () => void = () => {}
  const subscription = from(source)
    .pipe(materialize())
    .subscribe((notification) => {
      waiting.push(notification)
      wake()
    })
  return {
    async next() {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const notification = waiting.shift()
      if (notification?.kind === 'E') throw notification.error
      return notification?.kind === 'N' ? { done: false, value: notification.value } : end
    },
    return() {
      subscription.unsubscribe()
      wake()
    },
  }
}
