/** Reads message/delivery-status (RFC 3464) and what shares its form. */
import { match } from '../../grammar/logs/dsn.ts'
import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Classify } from '../classify/classify.ts'
import { parseLoggedReply } from '../logged-reply.ts'
import type { Disposition } from '../record.ts'
import type { Bounce, BounceAction, BouncedRecipient } from './bounce.ts'
import { Fields } from './fields.ts'

/** The types of parts that have fields of RFC 3464. */
export const deliveryStatusTypes: readonly string[] = [
  'message/delivery-status',
  'message/global-delivery-status',
  'message/tracking-status',
]

/** What the fields of a report say. */
export type DeliveryStatus = Pick<Bounce, 'reportingMta' | 'originalEnvelopeId' | 'arrival' | 'recipients' | 'fields'>

/** Words for a recipient of whom the fields give no diagnostic. */
export type Explain = (address: string | undefined) => string

/** Reads the content of a part; undefined where it names no recipient. */
export function readDeliveryStatus(content: string, classify: Classify, explain: Explain): DeliveryStatus | undefined {
  const groups = (match(content, 'Content') ?? []).map((nodes) => new Fields(nodes))
  const recipients = groups.filter(isAboutRecipient)
  if (recipients.length === 0) return undefined
  // Some leave out the blank line behind the fields about the message.
  const about = groups.find((group) => !isAboutRecipient(group)) ?? recipients[0] ?? new Fields([])
  const message = {
    reportingMta: about.typed('reporting-mta'),
    originalEnvelopeId: about.text('original-envelope-id'),
    arrival: about.time('arrival-date'),
  }
  return {
    ...message,
    recipients: recipients.map((group) => readRecipient(group, classify, explain)),
    fields: about.rest(),
  }
}

function isAboutRecipient(group: Fields): boolean {
  return ['final-recipient', 'original-recipient', 'action', 'status', 'x-actual-recipient'].some((name) =>
    group.has(name),
  )
}

function readRecipient(group: Fields, classify: Classify, explain: Explain): BouncedRecipient {
  const final = group.address('final-recipient')
  const originalAddress = group.address('original-recipient')
  const address = final ?? group.address('x-actual-recipient') ?? originalAddress
  const action = actionIn(group.text('action') ?? '')
  const remoteMta = group.typed('remote-mta')
  const status = group.status('status')
  const { type, lines } = diagnosticIn(group.lines('diagnostic-code'))
  const own = lines.join('\n').trim()
  const diagnostic = own === '' ? explain(address) : own
  return {
    address,
    originalAddress,
    action,
    status,
    remoteMta,
    diagnosticType: type,
    diagnostic,
    reply: parseLoggedReply(lines.join(' '), 'flattened'),
    lastAttempt: group.time('last-attempt-date'),
    willRetryUntil: group.time('will-retry-until'),
    verdict: classify(diagnostic, { ...contextOf(status, action), relay: hostIn(remoteMta) }),
    fields: group.rest(),
  }
}

function contextOf(
  status: EnhancedStatus | undefined,
  action: BounceAction | undefined,
): { dsn: string | undefined; disposition: Disposition | undefined } {
  return { dsn: status?.code, disposition: action === undefined ? undefined : dispositions[action] }
}

const dispositions: Readonly<Record<BounceAction, Disposition>> = {
  failed: 'failed',
  delayed: 'deferred',
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
}

function actionIn(body: string): BounceAction | undefined {
  const word = match(body, 'Action')
  return word !== undefined && Object.hasOwn(dispositions, word) ? (word as BounceAction) : undefined
}

/** The type of a diagnostic stands in front of its first line alone. */
function diagnosticIn(body: readonly string[] = []): { type: string | undefined; lines: string[] } {
  const [first = '', ...more] = body
  const { type, value } = match(first, 'Typed') ?? { type: null, value: first }
  return { type: type ?? undefined, lines: [value, ...more.map((line) => line.trim())] }
}

/** A name of a server out of `mx.a.example (192.0.2.1)` and the like. */
function hostIn(text: string | undefined): string | undefined {
  return /[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){1,10}/.exec(text ?? '')?.[0]
}
