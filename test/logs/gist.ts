import type { LogRecord } from '../../src/logs/index.ts'

/** Says the gist of a record in one line. */
export function gist(record: LogRecord): string {
  const id = record.queueId ?? '-'
  switch (record.kind) {
    case 'delivery': {
      const { recipient, disposition, stage = '-', dsn = '-', reason = '-', reply, relay } = record
      const said = reply && `${reply.code}${reply.partial ? '~' : ' '}${reply.lines.join('|')}`
      return `${id} ${recipient} ${disposition} ${stage} ${dsn} ${reason} ${relay?.name ?? '-'}[${relay?.address ?? '-'}] ${said ?? '-'}`
    }
    case 'attempt':
      return `${id} attempt ${record.stage ?? '-'} ${record.reason ?? '-'} ${record.reply?.code ?? '-'}`
    case 'reject': {
      const { action, stage = '-', client, from = '-', recipient = '-', reply } = record
      return `${id} ${action} ${stage} ${client?.name ?? '-'}[${client?.address ?? '-'}] ${from} ${recipient} ${reply?.code ?? '-'}`
    }
    case 'message':
      return `${id} message ${record.from ?? '-'} ${record.size ?? '-'} ${record.messageId ?? '-'} ${record.client?.address ?? '-'}`
    case 'notification':
      return `${id} ${record.notification} ${record.childQueueId}`
    case 'event':
      return `${id} event ${record.event}`
    default:
      return `${id} ${record.kind}`
  }
}
