import { expect, it } from 'vitest'
import { parseReply, queueIdOf } from '../../src/protocol/index.ts'

it.each<[string, string | undefined]>([
  ['250 2.0.0 Ok: queued as 4WxYz12345', '4WxYz12345'],
  ['250 2.0.0 Ok: queued as 7B2F41C0E9', '7B2F41C0E9'],
  ['250 OK id=1tFxyz-000123-AB', '1tFxyz-000123-AB'],
  ['250 2.0.0 4aBcD6.9 Message accepted for delivery', '4aBcD6.9'],
  ['250-2.0.0 first line\r\n250 2.0.0 Ok: queued as LATER1', 'LATER1'],
  ['250 Ok: QUEUED AS abc', 'abc'],
  ['250 2.0.0 Ok', undefined],
  ['250', undefined],
  ['250 void=1 is no id', undefined],
  ['250 queued as', undefined],
  ['250 id=', undefined],
])('queue id of %j: %j', (text, id) => {
  expect(queueIdOf(parseReply(text))).toBe(id)
})

it('never takes more than an id would have', () => {
  expect(queueIdOf(parseReply(`250 queued as ${'x'.repeat(500)}`))?.length).toBe(64)
})
