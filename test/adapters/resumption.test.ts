/** What a TLS connection leaves for the next one, and what it never does. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls'
import { firstValueFrom } from 'rxjs'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { openSocket } from '../../src/adapters/node/open-socket.ts'
import type { TlsOptions } from '../../src/stream/socket.ts'
import { type Authority, newAuthority } from '../helpers/certificates.ts'

let authority: Authority
let server: Server | undefined
/** Whether each connection has resumed a session, as the server has it. */
let resumed: boolean[] = []

beforeAll(async () => {
  authority = await newAuthority()
})
afterEach(() => server?.close())

async function serve(options: ServerOptions = {}): Promise<number> {
  const { privateKey, certificate } = await authority.issue(['mx.example'])
  resumed = []
  server = createServer({ key: privateKey, cert: certificate, ...options }, (socket: TLSSocket) => {
    resumed.push(socket.isSessionReused())
    socket.on('error', () => {}).write('220 mx.example\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Connects, reads what the server says, behind which its tickets have arrived, and tells what TLS has agreed on. */
async function connect(port: number, tlsOptions: TlsOptions) {
  const socket = await openSocket({ host: '127.0.0.1', port, tls: 'implicit', tlsOptions })
  await firstValueFrom(socket.bytes$)
  const { tls } = socket
  await socket.close()
  return tls
}

it.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a second connection resumes the session of the first, by %s',
  async (version) => {
    const port = await serve({ minVersion: version, maxVersion: version })
    const options = { ca: authority.certificate, servername: 'mx.example' }
    const first = await connect(port, options)
    const second = await connect(port, options)
    expect(resumed).toEqual([false, true])
    expect(second).toMatchObject({ authorized: true, protocol: version })
    expect(second?.peerCertificate).toEqual(first?.peerCertificate)
    for (const kind of ['tls-server-end-point', 'tls-exporter'] as const) {
      expect(typeof second?.channelBinding?.(kind)).toBe(typeof first?.channelBinding?.(kind))
    }
  },
)

it('another name, authority or version begins anew', async () => {
  const port = await serve()
  const options = { ca: authority.certificate, servername: 'mx.example' }
  await connect(port, options)
  const other = await newAuthority()
  await connect(port, { ...options, servername: '127.0.0.1' })
  await connect(port, { ...options, ca: [authority.certificate, other.certificate] })
  await connect(port, { ...options, minVersion: 'TLSv1.3' })
  expect(resumed).toEqual([false, false, false, false])
  await expect(connect(port, { ...options, ca: other.certificate })).rejects.toThrow()
  await expect(connect(port, { ...options, servername: 'other.example' })).rejects.toThrow('other.example')
})

it('a session that was not verified is never taken for one that was', async () => {
  const port = await serve()
  const lax = { rejectUnauthorized: false, servername: 'other.example' }
  expect(await connect(port, lax)).toMatchObject({ authorized: false })
  expect(await connect(port, lax)).toMatchObject({ authorized: false })
  expect(resumed).toEqual([false, false])
  await expect(connect(port, { servername: 'other.example' })).rejects.toThrow()
})

it('pins are compared with the certificate of a resumed session too', async () => {
  const port = await serve()
  const options = { ca: authority.certificate, servername: 'mx.example' }
  const pin = (await connect(port, options))?.peerCertificate?.fingerprint256 ?? ''
  await connect(port, { ...options, pins: [pin] })
  expect(await connect(port, { ...options, pins: [pin] })).toMatchObject({ pinned: true })
  await expect(connect(port, { ...options, pins: ['0'.repeat(64)] })).rejects.toThrow('pinned')
})
