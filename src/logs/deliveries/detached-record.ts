import { detached } from '../detached.ts'
import { detachedReply } from '../logged-reply.ts'
import type { Host, LoggedReply, LogRecord } from '../record.ts'

/** Copies a record that is kept for long, with all its texts. */
export function detachedRecord<R extends LogRecord>(record: R): R {
  const copy = { ...record }
  for (const [name, value] of Object.entries(record)) {
    // Shorter ones are copies already, and the words of our own among them stay what they are.
    if (typeof value === 'string' && value.length > 12) Object.assign(copy, { [name]: detached(value) })
  }
  if ('relay' in record) Object.assign(copy, { relay: detachedHost(record.relay) })
  if ('client' in record) Object.assign(copy, { client: detachedHost(record.client) })
  if ('reply' in record) Object.assign(copy, { reply: detachedReplyOf(record.reply) })
  return copy
}

function detachedHost(host: Host | undefined): Host | undefined {
  if (host === undefined) return undefined
  const { name, address, port } = host
  return { name: name && detached(name), address: address && detached(address), port }
}

function detachedReplyOf(reply: LoggedReply | undefined): LoggedReply | undefined {
  return reply && detachedReply(reply)
}
