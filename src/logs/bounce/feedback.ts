import { match } from '../../grammar/logs/dsn.ts'
import type { Classify } from '../classify/classify.ts'
import type { Bounce, BouncedRecipient, Feedback } from './bounce.ts'
import { Fields } from './fields.ts'

/** What the fields of a feedback report say (RFC 5965 section 3, RFC 6591 section 3). */
export type FeedbackReport = Pick<
  Bounce,
  'reportingMta' | 'originalEnvelopeId' | 'arrival' | 'recipients' | 'fields'
> & {
  readonly feedback: Feedback
}

/** Reads the content of a message/feedback-report; undefined where it has no type. */
export function readFeedback(content: string, classify: Classify): FeedbackReport | undefined {
  const fields = new Fields((match(content, 'Content') ?? []).flat())
  const type = fields.text('feedback-type')?.toLowerCase()
  if (type === undefined) return undefined
  const incidents = Number(fields.text('incidents') ?? 1)
  const feedback: Feedback = {
    type,
    userAgent: fields.text('user-agent'),
    sourceIp: fields.text('source-ip'),
    originalMailFrom: fields.address('original-mail-from'),
    reportedDomains: fields.texts('reported-domain'),
    incidents: Number.isSafeInteger(incidents) && incidents > 0 ? incidents : 1,
  }
  const recipients = fields.texts('original-rcpt-to').map((text) => recipientOf(text, type, classify))
  return {
    feedback,
    reportingMta: fields.typed('reporting-mta'),
    originalEnvelopeId: fields.text('original-envelope-id'),
    arrival: fields.time('arrival-date') ?? fields.time('received-date'),
    recipients,
    fields: fields.rest(),
  }
}

function recipientOf(text: string, type: string, classify: Classify): BouncedRecipient {
  const diagnostic = sentences[type] ?? sentences['abuse'] ?? ''
  return {
    address: text.replace(/^[^;<>]{1,20};|[<>]/g, '').trim() || undefined,
    originalAddress: undefined,
    action: undefined,
    status: undefined,
    remoteMta: undefined,
    diagnosticType: undefined,
    diagnostic,
    reply: undefined,
    lastAttempt: undefined,
    willRetryUntil: undefined,
    verdict: classify(diagnostic),
    fields: new Map(),
  }
}

/** What a report of a type amounts to, in words that the rules know. */
const sentences: Readonly<Record<string, string>> = {
  abuse: 'This is an email abuse report for an email message',
  'auth-failure': 'Email authentication checks failed',
  'opt-out': 'This is an opt-out report for an email message',
  'not-spam': '',
}
