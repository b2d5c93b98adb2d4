import type { Observer } from 'rxjs'
import type { Limits } from '../protocol/limits.ts'
import type { Quirks } from '../protocol/reply-framer.ts'
import type { Deadlines } from './deadlines.ts'
import type { TranscriptEntry } from './transcript.ts'

/** Settings of a channel. */
export interface ChannelOptions {
  /** How long each phase may take, in milliseconds; those not given keep their default. */
  readonly deadlines?: Partial<Deadlines>
  /** Departures from RFC 5321 to forgive this server. */
  readonly quirks?: Quirks
  /** Bounds on what the server may make us hold; those not given keep their default. */
  readonly limits?: Partial<Limits>
  /** Is told every step of the conversation from the greeting on, secrets masked. */
  readonly transcript?: Partial<Observer<TranscriptEntry>>
}
