/** One message of 1 GiB from a stream, by DATA and by BDAT. */
import { Child } from './child.ts'
import { coresOf } from './machine.ts'
import type { SinkService } from './sink-process.ts'
import type { StreamingService } from './streaming-process.ts'

/** How it went. */
export interface Streaming {
  readonly way: string
  readonly mebi: number
  /** MiB a second. */
  readonly rate: number
  /** Milliseconds of processor time for each MiB. */
  readonly cpu: number
  /** The most memory that was ever resident, in octets. */
  readonly memory: number
}

/** Sends the message once each way, and has the sink count it. */
export async function stream(file: string, sink: Child<SinkService>, mebi: number): Promise<Streaming[]> {
  const { chunking, plain } = await sink.call('start', { delay: 0 })
  return [await send('DATA', plain), await send('BDAT', chunking)]

  async function send(way: string, port: number): Promise<Streaming> {
    const child = new Child<StreamingService>(file, { core: coresOf().client })
    try {
      await sink.call('reset', null)
      const { elapsed, cpu, memory = Number.NaN } = await child.call('run', { port, mebi }, 600_000)
      const { messages, octets } = await sink.call('settled', null)
      const sent = mebi * 1024 * 1024
      if (messages !== 1 || octets !== sent) throw new Error(`${octets} octets received of ${sent}`)
      return { way, mebi, rate: (mebi / elapsed) * 1000, cpu: cpu / mebi, memory }
    } finally {
      await child.stop()
    }
  }
}
