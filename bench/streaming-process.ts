/** One large message from a stream, in a process of its own: what matters is how much of it is ever in memory. */
import { sendMail } from '../src/index.ts'
import type { Figures } from './client.ts'
import { measure } from './measure.ts'
import { messageFor } from './message.ts'
import { serve } from './serve.ts'

/** A message and where it goes. */
export interface StreamOrder {
  readonly port: number
  /** Pieces of 1 MiB. */
  readonly pieces: number
}

const mebi = 1024 * 1024
const { from, to, bytes } = messageFor({ size: mebi, recipients: 1 })

const service = {
  run: ({ port, pieces }: StreamOrder): Promise<Figures> =>
    measure(() => sendMail({ host: '127.0.0.1', port, from, to, message: piecesOf(pieces) })),
}

/** Yields pieces that are made one by one, as from a file: copies, so that nothing but the stream holds them. */
async function* piecesOf(count: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece++) yield Uint8Array.from(bytes)
}

/** What the process serves. */
export type StreamingService = typeof service

serve(service)
