/** TLS of the adapter for Node: what is verified, what is told, and what is never taken for it. */
import { describe, expect, it } from 'vitest'
import { dial, sendMail, type TlsPolicy } from '../../src/index.ts'
import { failure } from '../helpers/conversation.ts'
import { authority, smtpServer, tcpServer, withServers } from '../helpers/servers.ts'

withServers()

const mail = { from: 'a@b.example', to: 'c@d.example', message: 'hi' } as const

describe('TLS', () => {
  it('tells what was agreed on', async () => {
    const { port } = await smtpServer()
    const client = await dial(`localhost:${port}`)
    expect(client.tls).toBeUndefined()
    await client.startTls({ ca: authority.certificate })
    expect(client.tls).toMatchObject({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      authorized: true,
      authorizationError: undefined,
      peerCertificate: {
        subject: 'CN=mx.example',
        issuer: expect.stringContaining('rxsmtp test authority'),
        subjectAltName: expect.stringContaining('DNS:mx.example'),
        validTo: expect.any(Date),
        fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      },
    })
    await client.quit()
  })

  const rows: readonly (readonly [string, () => TlsPolicy, RegExp])[] = [
    ['an authority that nobody knows', () => ({}), /self-signed|unable to (verify|get)/],
    ['another name', () => ({ ca: authority.certificate, servername: 'other.example' }), /other\.example/],
    ['another address', () => ({ ca: authority.certificate, servername: '192.0.2.7' }), /192\.0\.2\.7/],
  ]
  describe.each([
    ['behind STARTTLS', false, 'starttls'],
    ['from the first byte', true, 'connect'],
  ] as const)('%s', (_, secure, phase) => {
    it.each(rows)('is not accepted with a certificate of %s', async (__, options, why) => {
      const { port, messages } = await smtpServer({ secure })
      const sending = sendMail({ ...mail, host: 'localhost', port, tls: { implicit: secure, ...options() } })
      const error = await failure(sending)
      expect(error).toMatchObject({ code: 'tls-failed', phase, delivery: 'not-sent', safeToRetry: true })
      expect(error.message).toMatch(why)
      expect(error.message).toMatch(/^TLS handshake: (?!TLS handshake)/)
      expect(messages).toEqual([])
    })

    it('is not accepted with a certificate that has expired', async () => {
      const old = await authority.issue([], { from: new Date('2001-01-01'), until: new Date('2002-01-01') })
      const { port } = await smtpServer({ secure, key: old.privateKey, cert: old.certificate })
      const tls = { implicit: secure, ca: authority.certificate }
      const error = await failure(sendMail({ ...mail, host: 'localhost', port, tls }))
      expect(error).toMatchObject({ code: 'tls-failed', phase, message: expect.stringContaining('expired') })
    })

    it('is accepted without verification only when told so, and then told', async () => {
      const { port } = await smtpServer({ secure })
      const client = await dial(`localhost:${port}`, { tls: { implicit: secure, rejectUnauthorized: false } })
      if (!secure) await client.startTls()
      expect(client.tls).toMatchObject({ authorized: false, authorizationError: expect.stringMatching(/\w/) })
      await client.quit()
    })
  })

  it('older than was asked for is refused', async () => {
    const { port } = await smtpServer({ maxVersion: 'TLSv1.2' })
    const tls = { ca: authority.certificate, minVersion: 'TLSv1.3' } as const
    const error = await failure(sendMail({ ...mail, host: 'localhost', port, tls }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'starttls' })
  })

  it('is not there on a port that speaks in clear', async () => {
    const { port } = await smtpServer()
    const error = await failure(sendMail({ ...mail, host: 'localhost', port, tls: { implicit: true } }))
    expect(error).toMatchObject({ code: 'tls-failed', phase: 'connect', delivery: 'not-sent' })
  })

  it('is not there where STARTTLS is promised and something else follows', async () => {
    const { port } = await tcpServer((socket) => {
      socket.write('220 mx.example\r\n')
      socket.on('data', (bytes: Buffer) => {
        const text = bytes.toString('latin1')
        if (text.startsWith('EHLO')) socket.write('250-mx.example\r\n250 STARTTLS\r\n')
        else if (text.startsWith('STARTTLS')) socket.write('220 go\r\n')
        else socket.write('500 what?\r\n')
      })
    })
    expect(await failure(sendMail({ ...mail, host: '127.0.0.1', port }))).toMatchObject({
      code: 'tls-failed',
      phase: 'starttls',
    })
  })

  it('that speaks first where text should be is no greeting', async () => {
    const { port } = await tcpServer((socket) => void socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40, 10])))
    expect(await failure(dial(`127.0.0.1:${port}`))).toMatchObject({ code: 'malformed-reply', phase: 'greeting' })
  })

  it('that waits to be spoken to is given up in time', async () => {
    const { port } = await smtpServer({ secure: true })
    const error = await failure(dial(`127.0.0.1:${port}`, { deadlines: { greeting: 50 } }))
    expect(error).toMatchObject({ code: 'timeout', phase: 'greeting' })
  })
})
