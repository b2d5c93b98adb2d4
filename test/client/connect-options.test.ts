import { firstValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { planOf, targetOf } from '../../src/client/connect-options.ts'
import { type ConnectOptions, dial, newClient, type OpenSocket, sendMail, smtpOver } from '../../src/index.ts'
import { failure, nothingLeftBehind, serve } from '../helpers/conversation.ts'

nothingLeftBehind()

const mx = { host: 'mx.example', port: 25 }
const given = (options: object): ConnectOptions => options as ConnectOptions
const never: OpenSocket = () => {
  throw new Error('nothing is opened')
}

describe('what cannot be used is refused before anything is opened', () => {
  it.each<[argument: string, options: object]>([
    ['host', { host: 'two words' }],
    ['host', { host: undefined }],
    ['host', { host: '[::1]' }],
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['port', { port: '25' }],
    ['port', { port: 25, protocol: 'lmtp' }],
    ['protocol', { protocol: 'esmtp', port: 25 }],
    ['pipelining', { pipelining: true }],
    ['pipelining', { pipelining: 'on' }],
    ['allowInsecureAuth', { allowInsecureAuth: 'no' }],
    ['inFlight', { inFlight: 0 }],
    ['inFlight', { inFlight: -1 }],
    ['inFlight', { inFlight: 1.5 }],
    ['inFlight', { inFlight: Number.NaN }],
    ['inFlight', { inFlight: Number.POSITIVE_INFINITY }],
    ['inFlight', { inFlight: '4' }],
    ['deadlines.mail', { deadlines: { mail: -1 } }],
    ['deadlines.mail', { deadlines: { mail: Number.NaN } }],
    ['deadlines.mail', { deadlines: { mail: '5 s' } }],
    ['deadlines.Mail', { deadlines: { Mail: 5 } }],
    ['deadlines.toString', { deadlines: { toString: 5 } }],
  ])('%s in %j', async (argument, options) => {
    const error = await failure(firstValueFrom(smtpOver(never).connect(given({ ...mx, ...options }))))
    expect(error).toMatchObject({ code: 'invalid-argument', argument, phase: 'connect', delivery: 'not-sent' })
  })

  it('by dial and sendMail', async () => {
    expect(await failure(dial('mx.example:25', { inFlight: 0 }))).toMatchObject({ argument: 'inFlight' })
    const envelope = { from: 'a@b.example', to: 'c@d.example', message: 'hi' }
    const attempt = sendMail({ ...mx, ...envelope, deadlines: { mail: 0 } })
    expect(await failure(attempt)).toMatchObject({ argument: 'deadlines.mail' })
  })

  it('by newClient, whose socket it lets go of', async () => {
    const server = serve('')
    expect(await failure(newClient(server.socket, 'mx.example', { inFlight: 0 }))).toMatchObject({
      argument: 'inFlight',
    })
    server.socket.destroy()
  })
})

describe('the target', () => {
  it.each<[ConnectOptions, number]>([
    [{ host: 'mx.example' }, 25],
    [{ host: 'mx.example', protocol: 'lmtp' }, 24],
    [{ host: 'mx.example', port: 2525, protocol: 'lmtp' }, 2525],
    [{ host: '/run/lmtp', protocol: 'lmtp' }, 0],
    [{ host: '/run/lmtp', port: 25, protocol: 'lmtp' }, 0],
  ])('of %j has port %i', (options, port) => {
    expect(targetOf(options)).toEqual({ host: options.host, port })
  })
})

it('waits for ever when it is told to', () => {
  expect(() => planOf({ ...mx, deadlines: { mail: Number.POSITIVE_INFINITY } })).not.toThrow()
})
