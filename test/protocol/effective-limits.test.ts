import { expect, it } from 'vitest'
import { parseCapabilities } from '../../src/protocol/capabilities.ts'
import { effectiveLimits } from '../../src/protocol/effective-limits.ts'

const none = Number.POSITIVE_INFINITY

it.each<[lines: string[], messageSize: number, recipients: number, recipientDomains: number, transactions: number]>([
  [[], none, none, none, none],
  [['SIZE', 'LIMITS'], none, none, none, none],
  [['SIZE 0', 'LIMITS RCPTMAX=0'], none, none, none, none],
  [['SIZE 1000', 'LIMITS RCPTMAX=20 RCPTDOMAINMAX=3 MAILMAX=5'], 1000, 20, 3, 5],
  [['LIMITS MAILMAX=7'], none, none, none, 7],
])('%j', (lines, messageSize, recipients, recipientDomains, transactions) => {
  const capabilities = parseCapabilities({ lines: ['mx.example', ...lines] })
  expect(effectiveLimits(capabilities)).toEqual({ messageSize, recipients, recipientDomains, transactions })
})
