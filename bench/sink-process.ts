/** The sink in a process of its own. */
import type { Received } from './receiver.ts'
import { serve } from './serve.ts'
import { type Sink, type SinkOptions, startSink } from './sink.ts'

let sink: Sink | undefined

const service = {
  /** Starts listening and tells the port. */
  start: async (options: SinkOptions): Promise<number> => {
    sink = await startSink(options)
    return sink.port
  },
  reset: (_: null): void => sink?.reset(),
  /** Waits until every connection is closed and tells what was received. */
  settled: async (_: null): Promise<Received> => {
    if (sink === undefined) throw new Error('the sink was not started')
    await sink.idle()
    return sink.received()
  },
}

/** What the process serves. */
export type SinkService = typeof service

serve(service)
