import type { OpenSmtpdNode } from '../../grammar/logs/ast.ts'
import { match } from '../../grammar/logs/opensmtpd.ts'
import { queueIdOf } from '../../protocol/queue-id.ts'
import { fieldsOf } from '../fields.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { Disposition, Host, LogRecord, Reason, Stage } from '../record.ts'
import type { MessageReader } from './format.ts'

/** Reads messages of OpenSMTPD, of all its versions. */
export const openSmtpdReader: MessageReader = {
  read(text: string, to: number, head: Head, records: LogRecord[]): boolean {
    const node = match(text, 'Message', head.at, to)
    records.push(
      node === undefined
        ? make.event('opensmtpd', head, undefined, { event: 'notice', text: text.slice(head.at, to) })
        : recordOf(node, head),
    )
    return node !== undefined
  },
}

const dispositions: Readonly<Record<string, Disposition>> = {
  ok: 'delivered',
  tempfail: 'deferred',
  permfail: 'failed',
  delivered: 'delivered',
  loop: 'failed',
}

function recordOf({ session, part, event, pairs }: OpenSmtpdNode, head: Head): LogRecord {
  const said = new Map(pairs.map(([key, value]) => [key, value ?? '']))
  const outcome = said.get('result') ?? said.get('status') ?? event.split(' ')[0] ?? ''
  const disposition = dispositions[outcome.toLowerCase()]
  const recipient = said.get('to') ?? said.get('rcpt')
  if (disposition !== undefined && recipient !== undefined && said.has('stat')) {
    const id = said.get('evpid') ?? / for (\w+)$/.exec(event)?.[1]
    return delivery(head, id?.slice(0, 8), said, recipient, outcome, disposition, part)
  }
  const result = said.get('result') ?? ''
  const command = said.get('command') ?? ''
  if (/^(?:failed-command|bad-input)$/.test(event)) {
    return make.reject('opensmtpd', head, session ?? undefined, {
      action: event,
      stage: stageOf(command),
      client: clientIn(said),
      recipient: /^RCPT TO:\s*<([^>]*)>/i.exec(command)?.[1],
      from: /^MAIL FROM:\s*<([^>]*)>/i.exec(command)?.[1],
      reply: parseLoggedReply(result, 'flattened'),
      text: result,
    })
  }
  if (event === 'message' || event === 'envelope') {
    return make.message('opensmtpd', head, said.get('msgid') ?? said.get('evpid')?.slice(0, 8), {
      from: said.get('from'),
      size: numberOf(said.get('size')),
      recipients: numberOf(said.get('nrcpt') ?? said.get('nrcpts') ?? said.get('ndest')),
      client: clientIn(said),
    })
  }
  if (part === 'mta' && event === 'error') {
    const text = said.get('reason') ?? ''
    return make.attempt('opensmtpd', head, undefined, { reason: reasonIn(text), text })
  }
  return make.event('opensmtpd', head, undefined, {
    event: event === 'said' ? part : `${part} ${event}`,
    client: clientIn(said),
    fields: fieldsOf(session === null ? pairs : [['session', session], ...pairs]),
    text: said.get('text') ?? '',
  })
}

function delivery(
  head: Head,
  queueId: string | undefined,
  said: ReadonlyMap<string, string>,
  recipient: string,
  status: string,
  disposition: Disposition,
  part: string,
): LogRecord {
  const text = said.get('stat') ?? ''
  const reply = parseLoggedReply(text, 'flattened')
  const original = said.get('rcpt')
  const delay = said.get('delay')
  return make.delivery('opensmtpd', head, queueId, {
    recipient,
    originalRecipient: original === '-' || original === recipient ? undefined : original,
    relay:
      relayIn(said.get('relay')) ??
      (part === 'mda' ? { name: 'local', address: undefined, port: undefined } : undefined),
    delay: delay === undefined ? undefined : match(delay, 'Delay'),
    dsn: reply?.enhanced?.code,
    status,
    disposition,
    stage: disposition === 'delivered' && reply !== undefined ? 'end-of-data' : undefined,
    reply,
    reason: disposition === 'delivered' || reply !== undefined ? undefined : reasonIn(text),
    text,
    nextQueueId: reply === undefined || disposition !== 'delivered' ? undefined : queueIdOf(reply),
  })
}

// What mta.c says in words of its own.
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/^Network error/, 'unreachable'],
  [/^Loop/, 'loop'],
  [/expired/i, 'expired'],
  [/^No MX|no such host|could not resolve/i, 'dns-not-found'],
  [/DNS|MX lookup/i, 'dns-failure'],
  [/TLS|certificate/i, 'tls-failed'],
  [/time(?:-?| )out|timed out/i, 'connection-timeout'],
  [/refused/i, 'connection-refused'],
  [/^Connection/i, 'connection-lost'],
]

function reasonIn(text: string): Reason {
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'other'
}

function stageOf(command: string): Stage {
  const stages: Readonly<Record<string, Stage>> = {
    EHLO: 'hello',
    HELO: 'hello',
    AUTH: 'auth',
    MAIL: 'mail',
    RCPT: 'rcpt',
    DATA: 'data',
    STARTTLS: 'starttls',
  }
  return stages[/^\w+/.exec(command)?.[0].toUpperCase() ?? ''] ?? (command === '.' ? 'end-of-data' : 'other')
}

function relayIn(text: string | undefined): Host | undefined {
  const node = text === undefined ? undefined : match(text, 'Relay')
  return (
    node && {
      name: node.name === null || node.name === node.address ? undefined : node.name,
      address: node.address ?? undefined,
      port: undefined,
    }
  )
}

function clientIn(said: ReadonlyMap<string, string>): Host | undefined {
  const address = said.get('address')
  const name = said.get('host')
  return address === undefined && name === undefined ? undefined : { name, address, port: undefined }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 10)
}
