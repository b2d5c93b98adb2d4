import { Subscription } from 'rxjs'
import { SmtpError } from '../protocol/errors.ts'
import { joined, nothing } from '../protocol/octets.ts'
import type { Reply } from '../protocol/reply.ts'
import { BodyEncoder } from '../protocol/transparency.ts'
import type { Channel } from './channel.ts'
import { settle } from './exchange.ts'
import { Interruption } from './interruption.ts'
import { expectMore, type Final, type GivenUp, type MessageSender } from './message-sender.ts'
import { onlyReply, type Transaction } from './owed.ts'
import { underPressure } from './pressure.ts'

// Large enough that commands and replies cost nothing beside it.
const chunkSize = 256 * 1024

/** Settings of a {@link ChunkSender}. */
export interface ChunkOptions {
  /** Sends the message as it is: it is binary, or its line ends are known to be right. False unless given. */
  readonly verbatim?: boolean
  /** Chunks whose replies may be owed at once; 4 unless given: enough to keep a long line full, few enough to hold. */
  readonly window?: number
}

/** The last chunk, written, and the reply to it. */
interface Ending extends Final {
  readonly command: string
  readonly pressure: Promise<void> | void
}

/**
 * Writes one message as BDAT chunks (RFC 3030 section 2): line ends normalised, nothing else changed; a binary message
 * goes as it is.
 *
 * The last piece is held back until the source is at its end, so that LAST is only said of a whole message. One that is
 * given up costs a RSET, not the connection.
 */
export class ChunkSender implements MessageSender {
  readonly #channel: Channel
  readonly #transaction: Transaction
  readonly #encoder: BodyEncoder | undefined
  readonly #interruption = new Interruption()
  #chunk: Uint8Array = new Uint8Array(chunkSize)
  /** Chunks that are no longer needed. */
  readonly #free: Uint8Array[] = []
  #filled = 0
  readonly #window: number
  #watching: Subscription = Subscription.EMPTY
  #owed = 0

  constructor(channel: Channel, { verbatim = false, window = 4 }: ChunkOptions = {}) {
    this.#channel = channel
    this.#transaction = channel.transaction
    this.#window = window
    this.#encoder = verbatim ? undefined : new BodyEncoder({ stuff: false })
    // No reply may be owed while the source is waited for: nothing else would tell that the channel has ended.
    const end = (): void => this.#stop(channel.endedFor(this.#transaction))
    this.#watching = channel.closed$.subscribe({ error: end, complete: end })
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#check()
    for (let from = 0; from < piece.length; from += chunkSize) {
      const part = piece.subarray(from, from + chunkSize)
      await this.#push(this.#encoder === undefined ? part : this.#encoder.push(part))
    }
  }

  async end(): Promise<Reply> {
    return this.#accepted(this.#writeEnd())
  }

  async endForEach(recipients: number): Promise<readonly PromiseSettledResult<Reply>[]> {
    // How many replies LAST has behind a chunk that was refused is nowhere said: it must not be on its way by then.
    while (this.#owed > 0 && this.#interruption.error === undefined) await this.#interruption.woken()
    const first = this.#writeEnd()
    const others = expectMore(this.#channel, recipients - 1, first.command)
    return Promise.allSettled([first, ...others].map((final) => this.#accepted({ ...first, ...final })))
  }

  #writeEnd(): Ending {
    const rest = this.#encoder?.end() ?? nothing
    const last = joined(this.#chunk.subarray(0, this.#filled), rest)
    this.#check()
    this.#watching.unsubscribe()
    const command = `BDAT ${last.length} LAST`
    const { answers, pressure } = this.#channel.requestAll([{ text: command, phase: 'end-of-data' }], last)
    const transaction = this.#transaction
    return { command, final: onlyReply(answers), transaction, pressure: pressure && this.#pressed(pressure) }
  }

  async #accepted({ command, final, transaction, pressure }: Ending): Promise<Reply> {
    final.catch(() => {})
    await pressure
    const reply = await final.catch((error) => {
      throw this.#interruption.error ?? error
    })
    // A chunk that was refused while the end was written says why the end is refused too.
    if (reply.code >= 400 && this.#interruption.error !== undefined) throw this.#interruption.error
    return settle(this.#channel, reply, 'end-of-data', command, [250], transaction.delivery)
  }

  abort(code: GivenUp, message: string, cause?: unknown): SmtpError {
    const error = new SmtpError(code, message, { phase: 'body', delivery: this.#transaction.delivery, cause })
    this.#stop(error)
    return error
  }

  unlessStopped<T>(promise: Promise<T>): Promise<T | undefined> {
    return this.#interruption.unlessStopped(promise)
  }

  /** Fills one chunk after the other; a full one leaves when there is something to put behind it. */
  async #push(octets: Uint8Array): Promise<void> {
    for (let from = 0; from < octets.length; ) {
      if (this.#filled === chunkSize) {
        const full = this.#chunk
        this.#chunk = this.#free.pop() ?? new Uint8Array(chunkSize)
        this.#filled = 0
        await this.#sendChunk(full)
      }
      const part = octets.subarray(from, from + chunkSize - this.#filled)
      this.#chunk.set(part, this.#filled)
      this.#filled += part.length
      from += part.length
    }
  }

  async #sendChunk(octets: Uint8Array): Promise<void> {
    const command = `BDAT ${octets.length}`
    const { answers, pressure } = this.#channel.requestAll([{ text: command, phase: 'body' }], octets)
    this.#owed++
    const answered = onlyReply(answers).then((said) =>
      settle(this.#channel, said, 'body', command, [250], this.#transaction.delivery),
    )
    answered.then(
      () => {
        this.#owed--
        this.#interruption.wake()
      },
      (error) => this.#stop(error),
    )
    if (pressure !== undefined) {
      // Sent and confirmed, its octets can be written over; an answer alone may come too early.
      Promise.all([pressure, answered]).then(
        () => this.#free.push(octets),
        () => {},
      )
      await this.#pressed(pressure)
    }
    // Woken by every reply: the line is full again as soon as there is room.
    while (this.#owed >= this.#window && this.#interruption.error === undefined) {
      await this.#interruption.woken()
    }
    this.#check()
  }

  #stop(error: SmtpError | undefined): void {
    if (error !== undefined) this.#interruption.stop(error)
    this.#watching.unsubscribe()
  }

  #pressed(pressure: Promise<void>): Promise<void> {
    return underPressure(this.#channel, pressure, (promise) => this.unlessStopped(promise))
  }

  #check(): void {
    if (this.#interruption.error !== undefined) throw this.#interruption.error
    const ended = this.#channel.endedFor(this.#transaction)
    if (ended !== undefined) throw ended
  }
}
