/** The sink in a process of its own: once with CHUNKING, and once without for those who would use it. */
import type { Received } from './receiver.ts'
import { serve } from './serve.ts'
import { type Sink, type SinkOptions, startSink } from './sink.ts'

/** Where the two listen. */
export interface Ports {
  readonly chunking: number
  readonly plain: number
}

/** What was received, and the processor time in milliseconds that it has cost. */
export interface Settled extends Received {
  cpu: number
}

let sinks: readonly Sink[] = []
let before = process.cpuUsage()

const service = {
  /** Starts listening, and stops what was started before. */
  start: async (options: SinkOptions): Promise<Ports> => {
    await Promise.all(sinks.map((sink) => sink.close()))
    const chunking = await startSink({ ...options, chunking: true })
    const plain = await startSink({ ...options, chunking: false })
    sinks = [chunking, plain]
    return { chunking: chunking.port, plain: plain.port }
  },
  reset: (_: null): void => {
    for (const sink of sinks) sink.reset()
    before = process.cpuUsage()
  },
  /** Waits until every connection is closed and tells what was received. */
  settled: async (_: null): Promise<Settled> => {
    const { user, system } = process.cpuUsage(before)
    const all = { messages: 0, recipients: 0, octets: 0, quits: 0, cpu: (user + system) / 1000 }
    for (const sink of sinks) {
      await sink.idle()
      const { messages, recipients, octets, quits } = sink.received()
      all.messages += messages
      all.recipients += recipients
      all.octets += octets
      all.quits += quits
    }
    return all
  },
}

/** What the process serves. */
export type SinkService = typeof service

serve(service)
