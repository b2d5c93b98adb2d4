import { afterEach, describe, expect, it } from 'vitest'
import { type Sink, type SinkOptions, startSink } from '../../bench/sink.ts'
import { dial, sendMail } from '../../src/index.ts'
import { newAuthority } from '../helpers/certificates.ts'

const message = 'Subject: hi\r\n\r\nhello\r\n'
const envelope = { from: 'ann@a.example', to: ['bob@b.example', 'eve@b.example'], message }
const sent = { messages: 1, recipients: 2, octets: message.length, quits: 1 }

const sinks: Sink[] = []

async function sinkWith(options: SinkOptions = {}): Promise<Sink> {
  const sink = await startSink(options)
  sinks.push(sink)
  return sink
}

afterEach(async () => {
  await Promise.all(sinks.splice(0).map((sink) => sink.close()))
})

describe('startSink', () => {
  it.each([{}, { chunking: false }, { delay: 5 }])('counts what it takes with %o', async (options) => {
    const sink = await sinkWith(options)
    const { accepted } = await sendMail({ host: '127.0.0.1', port: sink.port, ...envelope })
    await sink.idle()
    expect(accepted).toEqual(envelope.to)
    expect(sink.received()).toEqual(sent)
    sink.reset()
    expect(sink.received()).toEqual({ messages: 0, recipients: 0, octets: 0, quits: 0 })
  })

  it('offers what is asked for', async () => {
    const keywords = async ({ port }: Sink): Promise<string[]> => {
      await using client = await dial(`127.0.0.1:${port}`)
      return [...(await client.capabilities()).keywords.keys()]
    }
    const all = ['PIPELINING', 'SIZE', 'ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8', 'CHUNKING']
    expect(await keywords(await sinkWith())).toEqual(all)
    expect(await keywords(await sinkWith({ chunking: false }))).toEqual(all.slice(0, -1))
  })

  it('takes messages over STARTTLS and does not offer it twice', async () => {
    const authority = await newAuthority()
    const sink = await sinkWith({ tls: await authority.issue() })
    const client = await dial(`127.0.0.1:${sink.port}`)
    expect(await client.extension('STARTTLS')).toEqual([])
    await client.startTls({ ca: authority.certificate })
    expect(await client.extension('STARTTLS')).toBeUndefined()
    await client.send(envelope)
    await client.quit()
    await sink.idle()
    expect(sink.received()).toEqual(sent)
  })
})
