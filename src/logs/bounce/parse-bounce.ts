import { type Classify, classify as classifyByDefault } from '../classify/classify.ts'
import type { Bounce, BouncedRecipient, BounceKind } from './bounce.ts'
import { deliveryStatusTypes, readDeliveryStatus } from './delivery-status.ts'
import { readFeedback } from './feedback.ts'
import { type BounceLimits, type Message, readMessage, readReturned } from './message.ts'
import { partsOf, readNotice } from './notice.ts'
import { answerSubjects, bounceSenders, bounceSubjects, noticeOpenings } from './signs.ts'

/** What {@link parseBounce} is told. */
export interface BounceOptions {
  /** Judges each recipient, such as a `classifier` with rules of one's own. */
  readonly classify?: Classify
  readonly limits?: BounceLimits
}

/**
 * Reads a message that reports on another one: a delivery status notification, a bounce of any older form, a complaint,
 * an automatic answer. Each recipient comes with a verdict.
 *
 * What the message is not, it is `none`; nothing of its text is ever an error.
 *
 * @throws SmtpError `invalid-argument` for a message over the limits, or one whose parts cannot be told apart.
 * @example
 * const bounce = await parseBounce('From: mailer-daemon@mx.example\nSubject: failure notice\n\n<ann@a.example>:\nNo such user')
 * bounce.recipients[0]?.verdict.category // 'unknown-recipient'
 * @see RFC 3464, RFC 5965, RFC 6533
 */
export async function parseBounce(source: string | Uint8Array, options: BounceOptions = {}): Promise<Bounce> {
  const { classify = classifyByDefault, limits = {} } = options
  const message = await readMessage(source, limits)
  const { explanation, returned } = partsOf(message.text)
  const known = failedRecipientsOf(message)
  const [header = returned] = message.parts(returnedTypes)
  const bounce: Bounce = {
    ...empty,
    original: await readReturned(header),
    text: message.text,
    ...whatItSays(message, explanation, known, classify),
  }
  return bounce
}

const empty = {
  reportingMta: undefined,
  originalEnvelopeId: undefined,
  arrival: undefined,
  recipients: [],
  feedback: undefined,
  fields: new Map<string, string>(),
}

const returnedTypes = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/global',
  'message/global-headers',
  'text/rfc822',
]

type Said = Partial<Bounce> & { readonly kind: BounceKind }

function whatItSays(message: Message, explanation: string, known: readonly string[], classify: Classify): Said {
  const [feedback] = message.parts(['message/feedback-report'])
  const complaint = feedback === undefined ? undefined : readFeedback(feedback, classify)
  if (complaint !== undefined) return { kind: 'feedback', ...complaint }
  let notice: BouncedRecipient[] | undefined
  const explain = (address: string | undefined): string => {
    notice ??= readNotice(explanation, known, classify)
    const same = notice.find((each) => each.address !== undefined && each.address === address)
    return (same ?? (notice.length === 1 ? notice[0] : undefined))?.diagnostic ?? ''
  }
  for (const content of message.parts(deliveryStatusTypes)) {
    const status = readDeliveryStatus(content, classify, explain)
    if (status !== undefined) return { kind: 'delivery-status', ...status }
  }
  if (message.parts(['message/disposition-notification', 'message/global-disposition-notification']).length > 0) {
    return { kind: 'disposition' }
  }
  if (isAnswer(message)) return { kind: 'auto-reply' }
  if (!isBounce(message, explanation, known)) return { kind: 'none' }
  return { kind: 'notice', recipients: readNotice(explanation, known, classify) }
}

/** Exim, Google and others name in the header whom they could not reach. */
function failedRecipientsOf(message: Message): string[] {
  const field = message.header('x-failed-recipients') ?? ''
  return field
    .slice(0, 65_536)
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address.includes('@'))
}

/** RFC 3834 section 5 for those who keep to it, habits of others for the rest. */
function isAnswer(message: Message): boolean {
  const submitted = message.header('auto-submitted')?.toLowerCase() ?? ''
  if (submitted.startsWith('auto-replied') && !bounceSubjects.test(message.subject)) return true
  const isMarked = ['x-autoreply', 'x-autorespond', 'x-auto-response-from', 'x-autoresponder'].some(
    (name) => message.header(name) !== undefined,
  )
  if (isMarked || /auto[_-]?reply|vacation/i.test(message.header('precedence') ?? '')) return true
  return answerSubjects.test(message.subject)
}

function isBounce(message: Message, explanation: string, known: readonly string[]): boolean {
  if (known.length > 0) return true
  const signs = [
    bounceSenders.test(message.from ?? ''),
    bounceSubjects.test(message.subject),
    noticeOpenings.test(explanation.slice(0, 4_000)),
    message.header('return-path')?.trim() === '<>',
  ]
  return signs.filter(Boolean).length >= 2
}
