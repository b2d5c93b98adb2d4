/** A stream is never in memory as a whole, over a real connection to a server that is as fast as they come. */
import { afterEach, expect, it } from 'vitest'
import { type Sink, startSink } from '../../bench/sink.ts'
import { sendMail } from '../../src/index.ts'

const mebi = 1024 * 1024
const pieces = 320
const bound = 100 * mebi

let sink: Sink | undefined
afterEach(() => sink?.close())

it.each([
  ['DATA', false],
  ['BDAT', true],
])('a message of 320 MiB by %s takes less than 100 MB', { timeout: 60_000 }, async (_, chunking) => {
  sink = await startSink({ chunking })
  const line = `${'x'.repeat(126)}\r\n`
  const piece = new TextEncoder().encode(line.repeat(mebi / line.length))
  const before = held()
  let most = 0
  async function* message(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < pieces; count++) {
      yield Uint8Array.from(piece)
      most = Math.max(most, held() - before)
    }
  }
  await sendMail({ host: '127.0.0.1', port: sink.port, from: 'a@b.example', to: 'c@d.example', message: message() })
  expect(sink.received()).toMatchObject({ messages: 1, octets: pieces * mebi })
  expect(most).toBeLessThan(bound)
})

/** Octets that this process holds, with what nobody has collected yet. */
function held(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
