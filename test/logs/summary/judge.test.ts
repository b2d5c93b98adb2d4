import { expect, test } from 'vitest'
import { replyPattern } from '../../../src/logs/classify/reply-pattern.ts'
import { classifyRecord } from '../../../src/logs/index.ts'
import type { DeliveryRecord, RejectRecord } from '../../../src/logs/record.ts'
import { judgeByRules, saidIn } from '../../../src/logs/summary/judge.ts'
import { bounce, logged, refusal } from './records.ts'

const recipients = ['bob@dest.example', 'b@d.example', 'postmaster']
const servers = ['mx.dest.example', 'a.protection.outlook.com', 'B.OUTLOOK.COM.', 'mx1.me.com', 'notme.com', 'com']
const addresses = ['192.0.2.7', '192.0.2.77', '4.2.2.1', '2001:db8::7', '2001:db8:1:2:3:4:5:6', 'unknown']

const bounces = recipients.flatMap((recipient) =>
  [undefined, ...servers].flatMap((name) =>
    [
      '550 5.4.1 Recipient address rejected: Access denied',
      `550 5.1.1 <${recipient}>: unknown in <${name}>`,
      '554 5.7.1 [CS01] see https://dest.example/help',
    ].map((text) => {
      const relay = name === undefined ? undefined : { name, address: '192.0.2.25', port: 25 }
      return bounce({ recipient, relay, reply: logged(text), text })
    }),
  ),
)

const refusals = recipients.flatMap((recipient) =>
  addresses.flatMap((address) =>
    [
      `554 5.7.1 Client host [${address}] blocked; https://bl.example/query/${address}`,
      `554 ${address}: listed for ${address}.`,
      `554 ${address}-x; relaying of ${recipient} denied, id ${address}`,
    ].map((text) =>
      refusal({ recipient, client: { name: 'mx', address, port: undefined }, reply: logged(text), text }),
    ),
  ),
)

test.each<[string, readonly (DeliveryRecord | RejectRecord)[]]>([
  ['what servers say', bounces],
  ['what is said to clients', refusals],
])('%s is judged the same, whatever is remembered', (_what, records) => {
  const judge = judgeByRules()
  for (const record of [...records, ...records.toReversed()]) {
    const { category } = classifyRecord(record)
    expect(judge(record), record.text).toEqual({ category, pattern: replyPattern(saidIn(record)) })
  }
})
