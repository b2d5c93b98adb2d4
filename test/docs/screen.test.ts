import { parseReply } from 'rxsmtp'
import { describe, expect, test } from 'vitest'
import { Screen } from '../../examples/demo/screen.ts'

/** Collects what a screen prints of a reply, as on a terminal with or without colours. */
function print(terminal: { isTTY: boolean; hasColors: boolean }, text: string): string {
  let printed = ''
  const stream = Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, {
    isTTY: terminal.isTTY,
    hasColors: () => terminal.hasColors,
    on: () => stream,
    write: (chunk: string) => {
      printed += chunk
      return true
    },
  })
  const reply = parseReply(text)
  new Screen(stream).transcript().next({ from: 'S', kind: 'reply', text: reply.text, reply })
  return printed
}

describe('a reply', () => {
  test.each([
    ['in colours on a terminal', { isTTY: true, hasColors: true }, '250 ok', '\u001b[32m  S: 250 ok\u001b[39m\n'],
    ['in red when it is a no', { isTTY: true, hasColors: true }, '550 no', '\u001b[31m  S: 550 no\u001b[39m\n'],
    ['plain where colours are not wanted', { isTTY: true, hasColors: false }, '250 ok', '  S: 250 ok\n'],
    ['plain in a file', { isTTY: false, hasColors: true }, '250 ok', '  S: 250 ok\n'],
    ['without what would turn text around', { isTTY: false, hasColors: false }, '250 a\u202eb', '  S: 250 a?b\n'],
  ])('is printed %s', (_, terminal, text, printed) => {
    expect(print(terminal, text)).toBe(printed)
  })
})
