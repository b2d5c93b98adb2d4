import type { CourierNode, PairsNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/courier.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, LogRecord } from '../record.ts'
import type { MessageReader } from './format.ts'

const dispositions: Readonly<Record<string, Disposition>> = {
  success: 'delivered',
  failure: 'failed',
  deferred: 'deferred',
}

// Deliveries whose status has not come yet.
const most = 1_000

/** Reads messages of Courier. What a server said and what became of it stand on lines of their own. */
export class CourierReader implements MessageReader {
  readonly #said = new Map<string, string>()

  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Message', head.at, to)
    if (node === undefined) {
      records.push(make.event('courier', head, undefined, { event: 'notice', text: text.slice(head.at, to) }))
      return false
    }
    records.push(...this.#recordsOf(node, head))
    return true
  }

  #recordsOf(node: CourierNode, head: Head): LogRecord[] {
    switch (node.kind) {
      case 'rejected':
        return [rejected(node, head)]
      case 'said': {
        const key = `${node.id} ${pairOf(node.pairs, 'addr')}`
        if (this.#said.size >= most) this.#said.clear()
        this.#said.set(key, node.text)
        return []
      }
      case 'status': {
        const recipient = pairOf(node.pairs, 'addr') ?? ''
        const key = `${node.id} ${recipient}`
        const text = this.#said.get(key) ?? ''
        this.#said.delete(key)
        const disposition = dispositions[node.status] ?? 'deferred'
        const reply = parseLoggedReply(text, 'flattened')
        const reason = disposition === 'delivered' || reply !== undefined ? undefined : 'other'
        return [
          make.delivery('courier', head, node.id, { recipient, status: node.status, disposition, reply, reason, text }),
        ]
      }
      case 'started':
        return [make.message('courier', head, node.id, { from: pairOf(node.pairs, 'from') })]
      case 'new':
        return [make.message('courier', head, node.id, {})]
      case 'completed':
        return [make.removed('courier', head, node.id)]
      case 'connect':
        return [make.event('courier', head, undefined, { event: 'connect', client: hostAt(node.address) })]
    }
  }
}

function rejected({ relay, pairs, text }: Extract<CourierNode, { kind: 'rejected' }>, head: Head): LogRecord {
  const recipient = pairOf(pairs, 'to')
  return make.reject('courier', head, undefined, {
    action: 'error',
    stage: recipient === undefined ? 'mail' : 'rcpt',
    client: hostAt(relay),
    from: pairOf(pairs, 'from'),
    recipient,
    reply: parseLoggedReply(text, 'flattened'),
    text,
  })
}

function hostAt(address: string): { name: undefined; address: string; port: undefined } {
  return { name: undefined, address, port: undefined }
}

function pairOf(pairs: PairsNode, name: string): string | undefined {
  return pairs.find(([key]) => key === name)?.[1] ?? undefined
}
