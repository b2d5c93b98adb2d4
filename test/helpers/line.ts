// The channel from both ends: what the server says and hears, and what the channel does with its socket.

import { Observable } from 'rxjs'
import { afterEach, expect } from 'vitest'
import { type MemoryOptions, type MemoryPeer, memorySocket } from '../../src/adapters/memory/memory-socket.ts'
import type { Socket, TlsOptions } from '../../src/index.ts'
import { Channel } from '../../src/stream/channel.ts'
import type { ChannelOptions } from '../../src/stream/channel-options.ts'
import { formatTranscript, type TranscriptEntry } from '../../src/stream/transcript.ts'
import { utf8 } from './chunks.ts'
import { nothingLeftBehind, settled } from './conversation.ts'

/** A channel with the server's end of it. */
export interface Line {
  readonly channel: Channel
  readonly peer: MemoryPeer
  /** The socket under the channel, whose methods tests may replace. */
  readonly socket: Socket
  /** What the server has heard so far. */
  readonly heard: string
  /** Whether the channel listens to its socket. */
  readonly listening: boolean
  /** Whether the socket was let go. */
  readonly released: boolean
  /** The conversation as the transcript tells it. */
  readonly transcript: readonly string[]
  /** How `closed$` ended: `completed`, the error, or undefined as long as it goes on. */
  readonly closed: unknown
  /** Sends each text as one chunk and waits until it has arrived. */
  say(...texts: string[]): Promise<void>
}

let lines: Line[] = []

/** As {@link nothingLeftBehind}; besides, no channel of the file listens to a socket at the end of a test. */
export function noLineLeftOpen(): void {
  nothingLeftBehind()
  afterEach(async () => {
    const open = lines
    lines = []
    for (const line of open) {
      await line.channel.close()
      expect([line.listening, line.released], 'listening, released').toEqual([false, true])
    }
    await settled()
  })
}

/** Settings of the channel; its transcript is kept in {@link Line.transcript} unless somebody else or nobody is told. */
export interface LineOptions extends Omit<ChannelOptions, 'transcript'> {
  readonly transcript?: NonNullable<ChannelOptions['transcript']> | 'nobody'
}

/** Opens a channel over a socket in memory. */
export function openLine({ transcript: told, ...options }: LineOptions = {}, memory: MemoryOptions = {}): Line {
  const { socket: inner, peer } = memorySocket(memory)
  let listeners = 0
  const counted = (bytes$: Observable<Uint8Array>): Observable<Uint8Array> =>
    new Observable((subscriber) => {
      listeners++
      subscriber.add(() => {
        listeners--
      })
      return bytes$.subscribe(subscriber)
    })
  const wrapped = (socket: Socket): Socket => ({
    bytes$: counted(socket.bytes$),
    tls: socket.tls,
    remoteAddress: socket.remoteAddress,
    write: (bytes) => socket.write(bytes),
    startTls: async (tlsOptions: TlsOptions) => wrapped(await socket.startTls(tlsOptions)),
    close: () => socket.close(),
    destroy: () => socket.destroy(),
  })
  const socket = wrapped(inner)
  let heard = ''
  let released = false
  peer.received$.subscribe({
    next: (bytes) => {
      heard += new TextDecoder().decode(bytes)
    },
    complete: () => {
      released = true
    },
  })
  const transcript: string[] = []
  const kept = { next: (entry: TranscriptEntry): unknown => transcript.push(formatTranscript(entry)) }
  const channel = new Channel(socket, { ...options, ...(told !== 'nobody' && { transcript: told ?? kept }) })
  let closed: unknown
  channel.closed$.subscribe({
    error: (error: unknown) => {
      closed = error
    },
    complete: () => {
      closed = 'completed'
    },
  })
  const line: Line = {
    channel,
    peer,
    socket,
    transcript,
    get heard() {
      return heard
    },
    get listening() {
      return listeners > 0
    },
    get released() {
      return released
    },
    get closed() {
      return closed
    },
    async say(...texts) {
      for (const text of texts) peer.send(utf8(text))
      await settled()
    },
  }
  lines.push(line)
  return line
}

/** Opens a line and reads the greeting. */
export async function greetedLine(...args: Parameters<typeof openLine>): Promise<Line> {
  const line = openLine(...args)
  const { reply, written } = line.channel.expect('greeting')
  written()
  await line.say('220 mx.example\r\n')
  expect((await reply).code).toBe(220)
  return line
}
