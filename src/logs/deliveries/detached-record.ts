import { detached } from '../detached.ts'
import { detachedReply } from '../logged-reply.ts'
import type { Host, LoggedReply, LogRecord } from '../record.ts'
import type { LoggedMessage, LoggedRecipient } from './logged-message.ts'

/** Copies a message that is kept for long, with all its texts. */
export function detachedMessage(message: LoggedMessage): LoggedMessage {
  return {
    ...detachedTexts(message),
    client: detachedHost(message.client),
    recipients: message.recipients.map(detachedRecipient),
    detours: message.detours.map(detachedRecord),
    rejections: message.rejections.map(detachedRecord),
    notifications: message.notifications.map(detachedRecord),
    nextQueueIds: message.nextQueueIds.map(detachedText),
  }
}

function detachedRecipient(recipient: LoggedRecipient): LoggedRecipient {
  return { ...detachedTexts(recipient), attempts: recipient.attempts.map(detachedRecord) }
}

/** Copies a record that is kept for long, with all its texts. */
export function detachedRecord<R extends LogRecord>(record: R): R {
  const copy = detachedTexts(record)
  if ('relay' in record) Object.assign(copy, { relay: detachedHost(record.relay) })
  if ('client' in record) Object.assign(copy, { client: detachedHost(record.client) })
  if ('reply' in record) Object.assign(copy, { reply: detachedReplyOf(record.reply) })
  return copy
}

function detachedTexts<T extends object>(object: T): T {
  const copy = { ...object }
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string') Object.assign(copy, { [name]: detachedText(value) })
  }
  return copy
}

/** Copies a text; short ones are copies already, and words of our own stay what they are. */
export function detachedText(text: string): string {
  return text.length > 12 ? detached(text) : text
}

function detachedHost(host: Host | undefined): Host | undefined {
  if (host === undefined) return undefined
  const { name, address, port } = host
  return { name: name && detachedText(name), address: address && detachedText(address), port }
}

function detachedReplyOf(reply: LoggedReply | undefined): LoggedReply | undefined {
  return reply && detachedReply(reply)
}
