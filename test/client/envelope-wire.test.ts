/** No text that a caller puts into an envelope changes how many commands are on the wire, or which. */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { parse } from '../../src/grammar/command.ts'
import { isSmtpError, newClient, type Pipelining } from '../../src/index.ts'
import { scriptedServer } from '../../src/testing/index.ts'
import { address, hostileText } from '../helpers/arbitraries.ts'
import { greeted } from '../helpers/conversation.ts'

// Some hundred conversations, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

const offers = ['PIPELINING', 'SMTPUTF8', '8BITMIME', 'DSN', 'AUTH PLAIN']
const text = fc.oneof(
  hostileText,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }).map((local) => `"${local}"@mx.example`),
  fc.tuple(address, hostileText).map((parts) => parts.join('')),
  address,
)

it.each<Pipelining>(['off', 'transaction'])('with pipelining %s', async (pipelining) => {
  const envelope = fc.record(
    { from: text, to: fc.array(text, { minLength: 1, maxLength: 3 }), envid: text, authenticatedSender: text },
    { requiredKeys: ['from', 'to'] },
  )
  await fc.assert(
    fc.asyncProperty(envelope, async (given) => {
      const server = scriptedServer(greeted(...offers))
      const client = await newClient(server.socket, 'mx.example', { pipelining })
      await client.hello()
      const before = server.received.length
      // The server hears what is written and says nothing more.
      const outcome = client.send({ ...given, message: 'hi\r\n' }).catch((error: unknown) => error)
      await new Promise<void>((resolve) => setImmediate(resolve))
      client.close()
      const error = await outcome
      if (!isSmtpError(error)) throw error
      const lines = server.received.slice(before).split('\r\n')
      expect(lines.pop()).toBe('')
      const refusedHere = ['invalid-argument', 'not-offered'].includes(error.code)
      const expected = pipelining === 'off' ? ['MAIL'] : ['MAIL', ...given.to.map(() => 'RCPT'), 'DATA']
      expect(lines.map((line) => line.slice(0, 4))).toEqual(refusedHere ? [] : expected)
      for (const line of lines) {
        expect(parse(line, 'Command').verb).toBe(line.slice(0, 4))
        expect(line).not.toMatch(/[\r\n\0]/)
      }
    }),
    { numRuns: 300 },
  )
})
