import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { match } from '../../src/grammar/path.ts'
import { asciiDomain } from '../../src/protocol/idn.ts'
import { asciiAddress, needsUtf8 } from '../../src/protocol/path.ts'
import { domainName, hostileText, localPart } from '../helpers/arbitraries.ts'

describe('asciiDomain', () => {
  it.each([
    ['mx.example', 'mx.example'],
    ['MX.Example', 'MX.Example'],
    ['1.2.3.4', '1.2.3.4'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.Example', 'xn--bcher-kva.example'],
    ['faß.example', 'xn--fa-hia.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['bücher。example', 'xn--bcher-kva.example'],
    // No IPv4 address is made of digits, of whatever script.
    ['１.２.３', '1.2.3'],
    ['é.1', 'xn--9ca.1'],
  ])('%j: %j', (domain, ascii) => {
    expect(asciiDomain(domain)).toBe(ascii)
  })

  it.each([
    ['a character that stands for a slash', 'a／b.example'],
    ['one that stands for a percent sign', 'é％41.example'],
    ['one that stands for nothing', '\u00ad.example'],
    ['a control character', 'é\u0085.example'],
    ['a line separator', 'é\u2028.example'],
    ['an A-label that is none', 'xn--a.é'],
    ['a label too long for the DNS', `${'é'.repeat(70)}.example`],
    ['a domain too long for the DNS', `é.${'a.'.repeat(130)}example`],
  ])('%s: there is none', (_, domain) => {
    expect(asciiDomain(domain)).toBeUndefined()
  })
})

describe('asciiAddress and needsUtf8', () => {
  it.each([
    ['', '', false],
    ['Postmaster', 'Postmaster', false],
    ['ann@mx.example', 'ann@mx.example', false],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example', false],
    ['"a@b"@bücher.example', '"a@b"@xn--bcher-kva.example', false],
    ['jörg@mx.example', 'jörg@mx.example', true],
    ['jörg@bücher.example', 'jörg@bücher.example', true],
    ['"é b"@bücher.example', '"é b"@bücher.example', true],
    ['ann@xn--a.é', 'ann@xn--a.é', true],
    ['ann@[192.0.2.1]', 'ann@[192.0.2.1]', false],
    ['no mailbox é', 'no mailbox é', true],
  ])('%j', (address, ascii, needed) => {
    expect(asciiAddress(address)).toBe(ascii)
    expect(needsUtf8(address)).toBe(needed)
  })
})

describe('for any address', () => {
  it('what comes of a domain is a domain, in ASCII, and stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(domainName, hostileText, fc.webUrl(), fc.string({ unit: 'grapheme' })), (given) => {
        const ascii = asciiDomain(given)
        if (ascii === undefined || ascii === given) return
        expect(match(ascii, 'Domain')).toBe(ascii)
        expect(ascii).toMatch(/^[0-9a-z.-]+$/)
        expect(asciiDomain(ascii)).toBe(ascii)
      }),
    )
  })

  it('the local part stays as it is', () => {
    fc.assert(
      fc.property(localPart, domainName, (local, domain) => {
        const address = `${local}@${domain}`
        expect(asciiAddress(address).startsWith(`${local}@`)).toBe(true)
      }),
    )
  })
})
