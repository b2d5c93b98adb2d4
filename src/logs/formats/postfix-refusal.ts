/** What Postfix refuses, or does something else to. */
import type { PairsNode, PostfixBodyNode } from '../../grammar/logs/ast.ts'
import type { Head } from '../head.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import * as make from '../make.ts'
import type { RejectRecord, Stage } from '../record.ts'

/** Makes the record of what was refused, or changed. */
export function refusal(
  head: Head,
  queueId: string | undefined,
  { action, stage, client, text, pairs }: Extract<PostfixBodyNode, { kind: 'filtered' }>,
): RejectRecord {
  const reply = parseLoggedReply(text, 'flattened')
  const { from, recipient, protocol, helo, saslMethod, saslUsername } = trailing(pairs ?? [])
  return make.reject('postfix', head, queueId, {
    action,
    stage: stage === null ? undefined : (stages[stage] ?? 'other'),
    client: client ?? undefined,
    from,
    recipient,
    protocol,
    helo,
    saslMethod,
    saslUsername,
    reply,
    dsn: reply?.enhanced?.code ?? /^([245]\.\d{1,3}\.\d{1,3}) /.exec(text)?.[1],
    text,
  })
}

interface Trailing {
  from: string | undefined
  recipient: string | undefined
  protocol: string | undefined
  helo: string | undefined
  saslMethod: string | undefined
  saslUsername: string | undefined
}

/** Reads the pairs behind what was refused. */
function trailing(pairs: PairsNode): Trailing {
  const some: Trailing = {
    from: undefined,
    recipient: undefined,
    protocol: undefined,
    helo: undefined,
    saslMethod: undefined,
    saslUsername: undefined,
  }
  for (const [key, value] of pairs) {
    if (value === null) continue
    switch (key) {
      case 'from':
        some.from = value
        break
      case 'to':
        some.recipient = value
        break
      case 'proto':
        some.protocol = value
        break
      case 'helo':
        some.helo = value
        break
      case 'sasl_method':
        some.saslMethod = value
        break
      case 'sasl_username':
        some.saslUsername = value
        break
    }
  }
  return some
}

const stages: Readonly<Record<string, Stage>> = {
  CONNECT: 'connect',
  HELO: 'hello',
  EHLO: 'hello',
  LHLO: 'hello',
  STARTTLS: 'starttls',
  AUTH: 'auth',
  XCLIENT: 'xclient',
  XFORWARD: 'xforward',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
  BDAT: 'data',
  'END-OF-MESSAGE': 'end-of-data',
  RSET: 'reset',
  QUIT: 'quit',
}
