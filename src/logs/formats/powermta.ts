import { queueIdOf } from '../../protocol/queue-id.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LogRecord } from '../record.ts'
import { numberOf, type Row, timed, timeOf, unbracketed } from './row.ts'

const actions: Readonly<Record<string, Disposition>> = {
  delivered: 'delivered',
  relayed: 'delivered',
  delayed: 'deferred',
  failed: 'failed',
}

/** Reads a row of an accounting file of PowerMTA; undefined where it says nothing known. */
export function readPowerMta(row: Row, head: Head): readonly LogRecord[] | undefined {
  const { rcpt: recipient, type, orig: from } = row
  if (recipient === undefined || type === undefined) return undefined
  const at = timed(row['timeLogged'], head)
  // A job has many messages, and a row no other name for one than its Message-ID, where that is written down.
  const messageId = unbracketed(row['header_Message-Id'] ?? row['header_Message-ID'] ?? row['header_message-id'])
  if (type === 'r')
    return [make.message('powermta', at, messageId, { from, messageId, size: numberOf(row['msgsize']) })]
  if (!/^(?:d|b|t|rb|tq|rs)$/.test(type)) return [make.event('powermta', at, messageId, { event: type, fields: row })]
  const text = row['dsnDiag'] ?? ''
  // The type of a Diagnostic-Code stands in front.
  const reply = parseLoggedReply(text.replace(/^\s*[\w-]+\s*;\s*/, ''), 'flattened')
  const disposition = actions[row['dsnAction'] ?? ''] ?? dispositionOf(type)
  const delivered = disposition === 'delivered'
  const queued = timeOf(row['timeQueued'])
  return [
    make.delivery('powermta', at, messageId, {
      recipient,
      originalRecipient: row['orcpt']?.replace(/^rfc822;/i, '') || undefined,
      relay: hostIn(row['dsnMta']),
      delay: queued === undefined || at.time === undefined ? undefined : (at.time - queued) / 1000,
      dsn: /^\d\.\d{1,3}\.\d{1,3}/.exec(row['dsnStatus'] ?? '')?.[0],
      status: row['bounceCat'] || row['dsnAction'] || type,
      disposition,
      reply,
      reason: delivered || reply !== undefined ? undefined : 'other',
      text,
      nextQueueId: delivered && reply !== undefined ? queueIdOf(reply) : undefined,
    }),
  ]
}

function dispositionOf(type: string): Disposition {
  return type === 'd' ? 'delivered' : type === 't' ? 'deferred' : 'failed'
}

/** Reads `mx.b.example (192.0.2.25)`. */
function hostIn(text: string | undefined): Host | undefined {
  const [, name, address] = /^([^ (]*)(?: ?\(([^)]*)\))?/.exec(text ?? '') ?? []
  return name || address !== undefined ? { name: name || undefined, address, port: undefined } : undefined
}
