import type { BodySender } from '../stream/body-sender.ts'
import { bytesOf } from './message-source.ts'
import type { SendResult } from './session.ts'

/**
 * Takes a message piece by piece: a `WritableStream` of text and bytes that holds its writer back as the server does.
 *
 * `close()` ends the message and resolves when the server has taken it; it rejects with an `SmtpError` that tells what
 * became of it. `abort()` drops the connection: nothing of an unfinished message is delivered.
 */
export class MessageWriter extends WritableStream<string | Uint8Array> {
  /** What became of the message: settles with `close()` or `abort()`. */
  readonly result: Promise<SendResult>
  /** Settles with {@link result}, and never rejects. */
  readonly finished: Promise<void>

  constructor(sender: BodySender, finish: () => Promise<SendResult>) {
    let resolve: (result: SendResult) => void = () => {}
    let reject: (error: unknown) => void = () => {}
    const result = new Promise<SendResult>((yes, no) => {
      resolve = yes
      reject = no
    })
    /** A failure of the stream is also what became of the message. */
    const telling = async <T>(run: () => Promise<T>): Promise<T> => {
      try {
        return await run()
      } catch (error) {
        reject(error)
        throw error
      }
    }
    super({
      start(controller) {
        sender.whenStopped((error) => {
          reject(error)
          controller.error(error)
        })
      },
      write: (chunk) => telling(async () => sender.write(pieceOf(chunk, sender))),
      close: () => telling(async () => resolve(await finish())),
      abort: (cause) => reject(sender.abort('aborted', 'the message was given up half-way', cause)),
    })
    this.result = result
    this.finished = result.then(
      () => {},
      () => {},
    )
  }
}

/** Returns what was written as bytes; anything else ends the message, since a piece of it is missing now. */
function pieceOf(chunk: unknown, sender: BodySender): Uint8Array {
  try {
    return bytesOf(chunk)
  } catch (cause) {
    throw sender.abort('body-failed', cause instanceof Error ? cause.message : String(cause), cause)
  }
}
