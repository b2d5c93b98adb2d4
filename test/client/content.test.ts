/** What is said of a message by looking at it, and how it stands on the wire. */
import { describe, expect, it } from 'vitest'
import { type Content, contentOf } from '../../src/client/transaction/body.ts'
import { parseCapabilities } from '../../src/protocol/index.ts'

const octets = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const all = ['8BITMIME', 'CHUNKING', 'BINARYMIME']
const header = 'Subject: hi\r\n\r\n'

function content(message: string, offers: readonly string[] = all): Omit<Content, 'whole'> & { whole: string } {
  const capabilities = parseCapabilities({ lines: ['mx.example', ...offers] })
  const { whole, ...rest } = contentOf(octets(message), undefined, capabilities)
  return { ...rest, whole: String.fromCharCode(...(whole ?? [])) }
}

describe('a whole message', () => {
  it.each([
    ['lines of ASCII', `${header}hello\r\n`, undefined],
    ['lines of other line ends', 'Subject: hi\n\nhello\r', undefined],
    ['octets above 127', `${header}gr\xfc\xdfe\r\n`, '8BITMIME'],
    ['a NUL', `${header}a\0b\r\n`, 'BINARYMIME'],
    ['a NUL and bare line feeds behind the header', `${header}a\0b\n.\n`, 'BINARYMIME'],
    ['a NUL behind a header that has to be mended', 'Subject: hi\n\na\0b\n', undefined],
    ['a NUL in the header', 'Subject: a\0b\r\n\r\nhello\r\n', undefined],
    ['a NUL and no empty line', 'a\0b\r\n', undefined],
    ['a line of 998 octets', `${header}${'x'.repeat(998)}\r\n`, undefined],
    ['a line of 999 octets', `${header}${'x'.repeat(999)}\r\n`, 'BINARYMIME'],
    ['a line of 999 octets, some above 127', `${header}${'\xfc'.repeat(999)}\r\n`, 'BINARYMIME'],
    ['nothing', '', undefined],
  ])('of %s', (_, message, body) => {
    const found = content(message)
    expect(found).toMatchObject({ body, binary: body === 'BINARYMIME' })
    if (found.binary) expect(found.whole).toBe(message)
    else expect(found.whole).toBe(message.replace(/\r\n|\r|\n/g, '\r\n'))
  })

  it.each([
    ['BINARYMIME', ['8BITMIME', 'CHUNKING']],
    ['CHUNKING', ['8BITMIME', 'BINARYMIME']],
  ])('with a NUL goes as lines where the server lacks %s', (_, offers) => {
    expect(content(`${header}a\0\xff\r\n`, offers)).toMatchObject({ body: '8BITMIME', binary: false })
  })

  it('is plain where no line begins with a dot', () => {
    expect(content('a.b\nc').plain).toBe(true)
    for (const message of ['.', '\n.', 'a\r.\n', 'a\r\n..\r\n']) expect(content(message).plain, message).toBe(false)
  })
})

it('says of a stream that it is 8BITMIME wherever the server knows that', () => {
  const stream = (offers: readonly string[]) =>
    contentOf([octets('a')], undefined, parseCapabilities({ lines: ['mx.example', ...offers] }))
  expect(stream(all)).toEqual({ whole: undefined, body: '8BITMIME', binary: false, plain: false })
  expect(stream([])).toMatchObject({ body: undefined })
})

it('leaves the word to the caller', () => {
  const capabilities = parseCapabilities({ lines: ['mx.example', ...all] })
  expect(contentOf(octets('a\nb'), 'BINARYMIME', capabilities)).toEqual({
    whole: octets('a\nb'),
    body: 'BINARYMIME',
    binary: true,
    plain: true,
  })
  expect(contentOf(octets('\xff'), '7BIT', capabilities)).toMatchObject({ body: '7BIT' })
})
