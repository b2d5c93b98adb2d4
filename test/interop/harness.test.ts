// The harness itself: what it takes off a stored message, and that nothing of it outlives a test.

import { existsSync, readFileSync } from 'node:fs'
import { rootCertificates, connect as tlsConnect, createServer as tlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { newAuthority } from '../helpers/certificates.ts'
import { asSent } from './delivered.ts'
import { latin1, newMessage, onTheWire } from './message.ts'
import { freePorts, inNewDirectory, run } from './process.ts'

const adds = ['return-path', 'received']

describe('asSent', () => {
  test.each([
    ['fields on top', 'Return-Path: <a>\nReceived: by b\n\tfor c;\n d\nFrom: e\n\nf\n', 'From: e\r\n\r\nf\r\n'],
    ['the same field further down stays', 'Received: a\nFrom: b\nReceived: c\n\n', 'From: b\r\nReceived: c\r\n\r\n'],
    ['whatever the case', 'RETURN-path: <a>\nFrom: b\n\n', 'From: b\r\n\r\n'],
    ['a field that only begins so stays', 'Received-By: a\n\n', 'Received-By: a\r\n\r\n'],
    ['nothing to take off', 'From: a\n\nReceived: b\n', 'From: a\r\n\r\nReceived: b\r\n'],
    ['a lone CR is shown, not mended', 'From: a\n\nb\rc\n', 'From: a\r\n\r\nb\rc\r\n'],
    ['octets stay octets', 'From: a\n\n\x80\xff\n', 'From: a\r\n\r\n\x80\xff\r\n'],
  ])('LF: %s', (_name, stored, expected) => {
    expect(latin1(asSent(Buffer.from(stored, 'latin1'), { adds, lineEnds: 'lf' }))).toBe(expected)
  })

  test('CRLF: a lone LF is shown, not mended', () => {
    const stored = Buffer.from('Received: a\r\n\tb\r\nFrom: c\r\n\r\nd\ne\r\n')
    expect(latin1(asSent(stored, { adds, lineEnds: 'crlf' }))).toBe('From: c\r\n\r\nd\ne\r\n')
  })
})

test.each([
  ['a\nb', 'a\r\nb\r\n'],
  ['a\rb\r', 'a\r\nb\r\n'],
  ['a\r\n\r\n', 'a\r\n\r\n'],
  ['a\n\r\n\rb', 'a\r\n\r\n\r\nb\r\n'],
])('onTheWire: %j', (body, expected) => {
  const message = newMessage(body)
  expect(onTheWire(message).endsWith(`\r\n\r\n${expected}`)).toBe(true)
})

describe('processes', () => {
  test('one that does not come up is told with its log', async () => {
    const { port } = await freePorts('port')
    const command = { name: 'broken', program: '/bin/sh', args: ['-c', 'echo no such luck >&2; exit 3'], ports: [port] }
    await expect(run(command)).rejects.toThrow(/broken did not come up; its log:\nno such luck/)
  })

  test('a program that is not there is told too', async () => {
    const { port } = await freePorts('port')
    await expect(run({ name: 'ghost', program: '/no/such/file', args: [], ports: [port] })).rejects.toThrow(/ghost/)
  })

  test('stop() ends the children that ignore it', async () => {
    const script = 'trap "" TERM; sleep 1000 & echo $!; wait; sleep 1000'
    const running = await run({ name: 'stubborn', program: '/bin/sh', args: ['-c', script], ports: [] })
    while (running.log() === '') await new Promise((resolve) => setTimeout(resolve, 10))
    const child = Number(running.log())
    expect(isAlive(child)).toBe(true)
    await running.stop()
    expect(isAlive(child)).toBe(false)
  }, 15_000)

  test('the directory of a server that does not start is removed', async () => {
    let made = ''
    const attempt = inNewDirectory('gone', async (directory) => {
      made = directory
      throw new Error('not today')
    })
    await expect(attempt).rejects.toThrow('not today')
    expect(made).not.toBe('')
    expect(existsSync(made)).toBe(false)
  })

  test('free ports are all different', async () => {
    const ports = await freePorts('a', 'b', 'c')
    expect(new Set(Object.values(ports)).size).toBe(3)
  })
})

describe('certificates', () => {
  test.each([
    ['localhost', undefined],
    ['127.0.0.1', undefined],
    ['mail.rxsmtp.test', undefined],
    ['other.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('for %s', async (name, problem) => {
    const authority = await newAuthority()
    expect(await handshake(authority.certificate, name, authority)).toBe(problem)
  })

  test('from an authority that is not trusted', async () => {
    const authority = await newAuthority()
    const { certificate } = await newAuthority()
    expect(await handshake(certificate, 'localhost', authority)).toMatch(/SIGNATURE|VERIFY/)
    expect(await handshake(rootCertificates[0] ?? '', 'localhost', authority)).toMatch(/VERIFY/)
  })

  test('out of date', async () => {
    const authority = await newAuthority()
    const validity = { from: new Date('2020-01-01'), until: new Date('2020-02-01') }
    expect(await handshake(authority.certificate, 'localhost', authority, validity)).toBe('CERT_HAS_EXPIRED')
  })
})

type Authority = Awaited<ReturnType<typeof newAuthority>>

/** Gives the code of the client's error, if there was one. */
async function handshake(
  ca: string,
  name: string,
  authority: Authority,
  validity?: { from: Date; until: Date },
): Promise<string | undefined> {
  const leaf = await authority.issue(['mail.rxsmtp.test'], validity)
  const { port } = await freePorts('port')
  const server = tlsServer({ cert: leaf.certificate, key: leaf.privateKey }).on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  try {
    return await new Promise((resolve) => {
      // An address is no server name, but Node checks the certificate for the host then.
      const names = name === '127.0.0.1' ? { host: name } : { host: '127.0.0.1', servername: name }
      const socket = tlsConnect({ ...names, port, ca })
      socket.once('secureConnect', () => socket.destroy()).once('close', () => resolve(undefined))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
