import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { newAuthority } from './certificates.ts'
import type { Target } from './options.ts'

/** A message as the server got it. */
export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly bytes: Uint8Array
}

/** A mail server on this machine, for the time of the demonstration. */
export interface EmbeddedServer {
  readonly target: Target
  readonly password: string
  readonly received: readonly Received[]
  stop(): Promise<void>
}

const username = 'ann'
const password = 'correct horse battery staple'

/**
 * Starts a server on loopback with STARTTLS and AUTH, its certificate signed by an authority that exists only now.
 * It refuses recipients named `nobody`. `options` are for smtp-server.
 */
export async function startServer(options: SMTPServerOptions = {}): Promise<EmbeddedServer> {
  const authority = await newAuthority()
  const { certificate, privateKey } = await authority.issue(['mx.example'])
  const received: Received[] = []
  const server = new SMTPServer({
    name: 'mx.example',
    banner: 'the demonstration server of rxsmtp',
    cert: certificate,
    key: privateKey,
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    size: 10 * 1024 * 1024,
    disableReverseLookup: true,
    logger: false,
    onAuth(auth, _session, done) {
      const matches = auth.password === password || (auth.method === 'CRAM-MD5' && auth.validatePassword(password))
      if (auth.username === username && matches) done(null, { user: username })
      else done(refusal(535, 'Wrong user name or password'))
    },
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('nobody@') ? refusal(550, 'No such mailbox here') : null)
    },
    onData(stream, { envelope }, done) {
      buffer(stream).then((bytes) => {
        const { mailFrom, rcptTo } = envelope
        received.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address), bytes })
        done(null, `Ok: queued as DEMO${received.length}`)
      }, done)
    },
    ...options,
  })
  // A client that breaks off is no concern of the server's.
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return {
    target: {
      host: '127.0.0.1',
      port,
      tls: options.secure ? 'implicit' : 'verified',
      ca: authority.certificate,
      pins: [],
      user: username,
      mechanism: 'auto',
      from: 'ann@client.example',
      to: ['bob@mx.example'],
      name: 'client.example',
    },
    password,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
