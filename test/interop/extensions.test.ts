// What extensions ask for, done by servers that know them: a notification comes back, a proxy is believed.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Client, dial } from '../../src/index.ts'
import { encodeXtext } from '../../src/protocol/xtext.ts'
import { portOf } from './doors.ts'
import { latin1, newMessage } from './message.ts'
import { type RealServer, type ServerKind, world } from './real-server.ts'
import { describeServer, exim, postfix } from './servers.ts'

const [alice = '', bob = ''] = world.users

/** Servers, and how each writes down what it was told in xtext: Exim leaves it as it came. */
const withDsn: readonly [kind: ServerKind, written: (text: string) => string][] = [
  [postfix, (text) => text],
  [exim, encodeXtext],
]

for (const [kind, written] of withDsn) {
  describeServer(kind, (server) => {
    test('DSN: the sender is told of the delivery, by the name that was given', async () => {
      const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
      const token = randomUUID()
      const envid = `order+17=${token}`
      const message = newMessage('tell me\r\n')
      await client.mail(alice, { ret: 'headers', envid })
      await client.rcpt(bob, { notify: ['success', 'failure'], orcpt: 'bob+list@elsewhere.test' })
      await client.data(message.bytes)
      await client.quit()
      await server().delivered(message.token, bob)
      const told = latin1(await server().delivered(token, alice))
      const lines = told.split('\r\n').map((line) => line.replace(/^[\w-]+:/, (name) => name.toLowerCase()))
      expect(lines).toContain(`original-envelope-id: ${written(envid)}`)
      expect(lines).toContain(`original-recipient: rfc822;${written('bob+list@elsewhere.test')}`)
      expect(lines).toContain('action: delivered')
      expect(told).toContain(message.token)
    })

    test('DSN: nobody is told where that is wanted', async () => {
      const client = await dial(`127.0.0.1:${portOf(server(), 'plain')}`)
      await client.mail(alice, { envid: 'quiet' })
      expect((await client.rcpt(bob, { notify: 'never' })).code).toBe(250)
      await client.reset()
      await client.quit()
    })
  })
}

describeServer(postfix, (server) => {
  test('XCLIENT: the session is another client’s, and begins anew', async () => {
    const client = await dialTrusted(server())
    await client.xclient({ NAME: 'proxied.example', ADDR: '192.0.2.77', HELO: null, LOGIN: null })
    expect((await client.capabilities()).has('PIPELINING')).toBe(true)
    const message = newMessage('from afar\r\n')
    await client.send({ from: alice, to: bob, message: message.bytes })
    await client.quit()
    await server().delivered(message.token, bob)
    expect(server().log()).toContain('client=proxied.example[192.0.2.77]')
  })

  test('XFORWARD: the log tells whose message it is', async () => {
    const client = await dialTrusted(server())
    await client.xforward({ NAME: 'client.example', ADDR: '198.51.100.7', PROTO: 'ESMTP', HELO: 'a+b.example' })
    const message = newMessage('forwarded\r\n')
    await client.send({ from: alice, to: bob, message: message.bytes })
    await client.quit()
    await server().delivered(message.token, bob)
    expect(server().log()).toContain('orig_client=client.example[198.51.100.7]')
  })

  test('ETRN of a domain that is not served is refused', async () => {
    const client = await dialTrusted(server())
    await expect(client.etrn('nowhere.test')).rejects.toMatchObject({ code: 'refused', reply: { code: 459 } })
    await client.quit()
  })

  test('VRFY with SMTPUTF8', async () => {
    const client = await dialTrusted(server())
    await expect(client.verify('jörg@rxsmtp.test')).rejects.toMatchObject({ reply: { severity: 'permanent' } })
    await client.quit()
  })
})

function dialTrusted(server: RealServer): Promise<Client> {
  return dial(`127.0.0.1:${portOf(server, 'plain')}`)
}
