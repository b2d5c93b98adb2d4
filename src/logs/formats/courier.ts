import type { CourierNode, PairsNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/courier.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { detached } from '../detached.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LogRecord } from '../record.ts'
import type { MessageReader } from './format.ts'

const dispositions: Readonly<Record<string, Disposition>> = {
  success: 'delivered',
  failure: 'failed',
  deferred: 'deferred',
}

// Deliveries of which more is to come.
const most = 1_000

/** Reads messages of Courier. What a server said, and what became of it, stand on lines of their own. */
export class CourierReader implements MessageReader {
  /** By message and recipient. */
  readonly #said = new Map<string, string>()
  /** Successes that may be told once more. */
  readonly #told = new Set<string>()

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
      case 'said':
        if (this.#said.size >= most) this.#said.clear()
        this.#said.set(keyOf(node), detached(node.text))
        return []
      case 'success':
        return [this.#success(node, head)]
      case 'status':
        return this.#status(node, head)
      case 'started':
        return [make.message('courier', head, node.id, { from: pairOf(node.pairs, 'from') })]
      case 'new':
        return [
          make.message('courier', head, node.id, {
            client: node.client ?? undefined,
            saslUsername: node.user ?? undefined,
          }),
        ]
      case 'completed':
        return [make.removed('courier', head, node.id)]
      case 'connect':
        return [make.event('courier', head, undefined, { event: 'connect', client: hostAt(node.address) })]
      case 'event':
        return [make.event('courier', head, undefined, { event: node.event.toLowerCase() })]
    }
  }

  /** Some modules say that they succeeded, others so and then the status: the second time is none. */
  #success(node: Extract<CourierNode, { kind: 'success' }>, head: Head): LogRecord {
    if (this.#told.size >= most) this.#told.clear()
    this.#told.add(keyOf(node))
    return this.#delivery(node, head, 'success', node.text)
  }

  #status(node: Extract<CourierNode, { kind: 'status' }>, head: Head): LogRecord[] {
    if (this.#told.delete(keyOf(node)) && node.status === 'success') return []
    return [this.#delivery(node, head, node.status, '')]
  }

  #delivery({ id, pairs }: WithPairs, head: Head, status: string, success: string): LogRecord {
    const key = keyOf({ id, pairs })
    const text = this.#said.get(key) ?? success
    this.#said.delete(key)
    const disposition = dispositions[status] ?? 'deferred'
    const delivered = disposition === 'delivered'
    const reply = parseLoggedReply(text, 'flattened')
    return make.delivery('courier', head, id, {
      recipient: pairOf(pairs, 'addr') ?? '',
      relay: match(success, 'Delivered') ?? localOf(head),
      status,
      disposition,
      stage: delivered && reply !== undefined ? 'end-of-data' : undefined,
      reply,
      reason: delivered || reply !== undefined ? undefined : (match(text, 'Reason') ?? 'other'),
      text,
      nextQueueId: delivered && reply !== undefined ? queueIdOf(reply) : undefined,
    })
  }
}

type WithPairs = Pick<Extract<CourierNode, { kind: 'status' }>, 'id' | 'pairs'>

function keyOf({ id, pairs }: WithPairs): string {
  return detached(`${id} ${pairOf(pairs, 'addr')}`)
}

function localOf({ program }: Head): Host | undefined {
  return program === 'courierlocal' ? { name: 'local', address: undefined, port: undefined } : undefined
}

function rejected({ relay, pairs, text }: Extract<CourierNode, { kind: 'rejected' }>, head: Head): LogRecord {
  const recipient = pairOf(pairs, 'to')
  const from = pairOf(pairs, 'from')
  const reply = parseLoggedReply(text, 'flattened')
  return make.reject('courier', head, undefined, {
    action: 'error',
    stage: recipient !== undefined ? 'rcpt' : from !== undefined ? 'mail' : reply?.code === 535 ? 'auth' : undefined,
    client: hostAt(relay),
    from,
    recipient,
    reply,
    dsn: reply?.enhanced?.code,
    text,
  })
}

function hostAt(address: string): Host {
  return { name: undefined, address, port: undefined }
}

function pairOf(pairs: PairsNode, name: string): string | undefined {
  return pairs.find(([key]) => key === name)?.[1] ?? undefined
}
