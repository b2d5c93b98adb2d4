import { expect, it } from 'vitest'
import { isLoopback } from '../../src/protocol/loopback.ts'

it.each<[string | undefined, boolean]>([
  ['127.0.0.1', true],
  ['127.255.1.2', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::FFFF:127.0.0.1', true],
  ['/run/mail.sock', true],
  [undefined, false],
  ['', false],
  ['192.0.2.1', false],
  ['10.127.0.1', false],
  ['1127.0.0.1', false],
  ['127.0.0.1.example', false],
  ['127.example', false],
  ['127.0.0', false],
  ['localhost', false],
  ['::', false],
  ['::2', false],
  ['::1:1', false],
  ['::ffff:192.0.2.1', false],
  ['2001:db8::127.0.0.1', false],
])('%j: %j', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback)
})
