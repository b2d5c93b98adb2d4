/** Everything a false server can try on SCRAM. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { all, begin, failure, pencil, server, text, utf8, type Vector, vectors } from './scram-client.ts'

describe('a server-first-message is refused', () => {
  it.each([
    ['with a nonce of its own', 'r=another,s=AAAA,i=4096', 'nonce'],
    ['with our nonce at its end', 'r=xofTheClient,s=AAAA,i=4096', 'nonce'],
    ['with our nonce alone', 'r=ofTheClient,s=AAAA,i=4096', 'nonce'],
    ['with our nonce in other letters', 'r=OFTHECLIENTx,s=AAAA,i=4096', 'nonce'],
    ['with part of our nonce', 'r=ofTheClien,s=AAAA,i=4096', 'nonce'],
    ['without nonce', 's=AAAA,i=4096', 'not a server-first-message'],
    ['with an empty nonce', 'r=,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a nonce beyond ASCII', 'r=ofTheClientä,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a space in the nonce', 'r=ofTheClient x,s=AAAA,i=4096', 'not a server-first-message'],
    ['without salt', 'r=ofTheClientx,i=4096', 'not a server-first-message'],
    ['with empty salt', 'r=ofTheClientx,s=,i=4096', 'not a server-first-message'],
    ['with salt that is no base64', 'r=ofTheClientx,s=AAA,i=4096', 'not a server-first-message'],
    ['without count', 'r=ofTheClientx,s=AAAA', 'not a server-first-message'],
    ['with no iterations', 'r=ofTheClientx,s=AAAA,i=0', 'not a server-first-message'],
    ['with one iteration', 'r=ofTheClientx,s=AAAA,i=1', '1 iterations'],
    ['with too few iterations', 'r=ofTheClientx,s=AAAA,i=4095', '4095 iterations'],
    ['with too many iterations', 'r=ofTheClientx,s=AAAA,i=600001', '600001 iterations'],
    ['with iterations for years', 'r=ofTheClientx,s=AAAA,i=2147483647', 'iterations'],
    ['with more iterations than a number has digits for', 'r=ofTheClientx,s=AAAA,i=99999999999', 'not a'],
    ['with negative iterations', 'r=ofTheClientx,s=AAAA,i=-4096', 'not a server-first-message'],
    ['with iterations in hexadecimal', 'r=ofTheClientx,s=AAAA,i=0x2000', 'not a server-first-message'],
    ['with iterations as an exponent', 'r=ofTheClientx,s=AAAA,i=1e4', 'not a server-first-message'],
    ['with an extension that must be understood', 'm=x,r=ofTheClientx,s=AAAA,i=4096', 'extension'],
    ['with one at its end', 'r=ofTheClientx,s=AAAA,i=4096,m=x', 'extension'],
    ['in another order', 's=AAAA,r=ofTheClientx,i=4096', 'not a server-first-message'],
    ['with something before it', ',r=ofTheClientx,s=AAAA,i=4096', 'not a server-first-message'],
    ['with a byte order mark before it', '\ufeffr=ofTheClientx,s=AAAA,i=4096', 'not a server-first-message'],
    ['empty', '', 'not a server-first-message'],
    ['that is the last one', 'v=AAAA', 'not a server-first-message'],
  ])('%s', async (_, message, why) => {
    const { exchange } = await begin()
    const error = await failure(() => exchange.respond(utf8(message)))
    expect(error).toMatchObject({ code: 'auth-unusable', phase: 'auth', message: expect.stringContaining(why) })
    // Nor does it get a second chance.
    expect(await failure(() => exchange.respond(utf8('r=ofTheClientx,s=AAAA,i=4096')))).toMatchObject({
      message: expect.stringContaining('too many'),
    })
    expect(await failure(() => exchange.finish?.())).toMatchObject({ code: 'auth-unusable' })
  })

  it('that is not UTF-8', async () => {
    const { exchange } = await begin()
    const error = await failure(() => exchange.respond(Uint8Array.of(0x72, 0x3d, 0xff)))
    expect(error).toMatchObject({ code: 'auth-unusable', message: expect.stringContaining('UTF-8') })
  })

  it.each(['r=ofTheClientx,s=AAAA,i=4096', 'r=ofTheClientx,s=AAAA,i=600000', 'r=ofTheClientx,s=AAAA,i=4096,x=y,z=ä'])(
    'but not %s',
    async (message) => {
      const { exchange } = await begin({ ...pencil, hash: 'SHA-1' })
      expect(text(await exchange.respond(utf8(message)))).toMatch(/^c=biws,r=ofTheClientx,p=/)
    },
  )
})

describe('a server-final-message is refused', () => {
  const { hash, nonce, serverFirst, serverFinal } = vectors['RFC 7677 section 3'] as Vector
  const right = Buffer.from(serverFinal.slice(2), 'base64')
  const changed = (at: number): string =>
    `v=${Buffer.from(right.map((o, i) => (i === at ? o ^ 1 : o))).toString('base64')}`
  const verifier = (octets: Uint8Array): string => `v=${Buffer.from(octets).toString('base64')}`

  it.each([
    ['with another first octet', changed(0), 'signature'],
    ['with another last octet', changed(31), 'signature'],
    ['with a shorter signature', verifier(right.subarray(0, 31)), 'signature'],
    ['with a longer signature', verifier(Buffer.concat([right, Buffer.of(0)])), 'signature'],
    ['with one octet', verifier(right.subarray(0, 1)), 'signature'],
    ['with zeros', verifier(Buffer.alloc(32)), 'signature'],
    ['with the signature of another hash', verifier(createHash('sha256').update('x').digest()), 'signature'],
    ['with an empty signature', 'v=', 'not a server-final-message'],
    ['with a signature that is no base64', 'v=6rriTRBi23W!', 'not a server-final-message'],
    ['with a signature that is not padded', serverFinal.slice(0, -1), 'not a server-final-message'],
    ['empty', '', 'not a server-final-message'],
    ['that is the first one again', serverFirst, 'not a server-final-message'],
    ['in upper case', serverFinal.replace('v', 'V'), 'not a server-final-message'],
    ['with something before it', `x=y,${serverFinal}`, 'not a server-final-message'],
  ])('%s', async (_, message, why) => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    expect(await failure(() => exchange.respond(utf8(message)))).toMatchObject({
      code: 'auth-unusable',
      message: expect.stringContaining(why),
    })
    expect(await failure(() => exchange.respond(utf8(serverFinal)))).toMatchObject({ code: 'auth-unusable' })
    expect(await failure(() => exchange.finish?.())).toMatchObject({ code: 'auth-unusable' })
  })

  it('in any octet of the signature', async () => {
    for (let at = 0; at < right.length; at++) {
      const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
      await exchange.respond(utf8(serverFirst))
      expect((await failure(() => exchange.respond(utf8(changed(at))))).message).toContain('signature')
    }
  })

  it('but not with an extension behind it', async () => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    await exchange.respond(utf8(`${serverFinal},x=y`))
    await exchange.finish?.()
  })

  it('when there is another one behind it', async () => {
    const { exchange } = await begin({ ...pencil, hash }, server(all), nonce)
    await exchange.respond(utf8(serverFirst))
    await exchange.respond(utf8(serverFinal))
    expect((await failure(() => exchange.respond(utf8(serverFinal)))).message).toContain('too many')
  })
})

describe('success does not count', () => {
  it.each<[string, readonly string[]]>([
    ['before anything was said', []],
    ['before the server has signed', ['r=ofTheClientx,s=AAAA,i=4096']],
    ['behind an error', ['r=ofTheClientx,s=AAAA,i=4096', 'e=invalid-proof']],
    ['behind an error in place of the first message', ['e=unknown-user']],
  ])('%s', async (_, messages) => {
    const { exchange } = await begin()
    for (const message of messages) await exchange.respond(utf8(message))
    expect((await failure(() => exchange.finish?.())).message).toContain('not proved')
  })
})
