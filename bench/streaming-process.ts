/** One large message from a stream, in a process of its own: what matters is how much of it is ever in memory. */
import { sendMail } from '../src/index.ts'
import type { Figures } from './client.ts'
import { measure } from './measure.ts'
import { messageFor } from './message.ts'
import { serve } from './serve.ts'

/** A message and where it goes. */
export interface StreamOrder {
  readonly port: number
  readonly mebi: number
}

// What a stream of a file reads at once.
const pieceSize = 64 * 1024
const { from, to, bytes } = messageFor({ size: pieceSize, recipients: 1 })

const service = {
  run: ({ port, mebi }: StreamOrder): Promise<Figures> =>
    measure(() => sendMail({ host: '127.0.0.1', port, from, to, message: piecesOf((mebi * 1024 * 1024) / pieceSize) })),
}

/** Yields the same piece again and again: what the source itself leaves behind is not measured. */
async function* piecesOf(count: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece++) yield bytes
}

/** What the process serves. */
export type StreamingService = typeof service

serve(service)
