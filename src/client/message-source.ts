import type { InteropObservable, Observable } from 'rxjs'
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

/** Returns the bytes of a message that is there as a whole. */
export function wholeMessage(source: MessageSource): Uint8Array | undefined {
  if (typeof source === 'string') return encoder.encode(source)
  return source instanceof Uint8Array ? source : undefined
}

/**
 * Returns the pieces of any message as bytes.
 *
 * @throws SmtpError `invalid-argument` for what is no message, at once.
 */
export function piecesOf(source: MessageSource): AsyncIterator<Uint8Array> {
  const iterable = iterableOf(source)
  if (iterable === undefined)
    throw argumentError('message', 'neither text, bytes nor a stream of them', { phase: 'body' })
  return bytesOf(iterable)
}

function iterableOf(source: MessageSource): Iterable<unknown> | AsyncIterable<unknown> | undefined {
  if (typeof source === 'string' || source instanceof Uint8Array) return [source]
  if (typeof source !== 'object' || source === null) return undefined
  if (Symbol.asyncIterator in source) return source
  if (Symbol.iterator in source) return source
  if (isReadableStream(source)) return readAll(source)
  if ('subscribe' in source) return observed(source)
  return undefined
}

function isReadableStream(source: object): source is ReadableStream<unknown> {
  return 'getReader' in source
}

async function* bytesOf(source: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    if (typeof piece === 'string') yield encoder.encode(piece)
    else if (piece instanceof Uint8Array) yield piece
    else throw argumentError('message', `a piece of it is ${typeof piece}, neither text nor bytes`, { phase: 'body' })
  }
}

/** Reads a web stream where it is no asynchronous iterable yet. */
async function* readAll(stream: ReadableStream<unknown>): AsyncGenerator<unknown> {
  const reader = stream.getReader()
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value
  } finally {
    await reader.cancel()
  }
}

type Subscribable = Pick<Observable<unknown>, 'subscribe'>

/** Reads an Observable; what comes too fast waits in a queue. */
async function* observed(source: object): AsyncGenerator<unknown> {
  const waiting: unknown[] = []
  let done = false
  let failure: { readonly error: unknown } | undefined
  let wake: () => void = () => {}
  const subscription = (source as Subscribable).subscribe({
    next(value) {
      waiting.push(value)
      wake()
    },
    error(error) {
      failure = { error }
      wake()
    },
    complete() {
      done = true
      wake()
    },
  })
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift()
      if (failure !== undefined) throw failure.error
      if (done) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    subscription.unsubscribe()
  }
}
