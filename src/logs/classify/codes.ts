/**
 * What the codes alone say, for replies whose words no rule knows: enhanced codes first, then reply codes by the step
 * of the conversation.
 */
import type { EnhancedStatus } from '../../protocol/status.ts'
import type { Reason, Stage } from '../record.ts'
import type { VerdictCategory } from '../verdict.ts'
import type { Confidence } from './rule.ts'

/** A category, and how sure it is. */
export type Guess = readonly [category: VerdictCategory, confidence: Confidence]

/**
 * Reads an enhanced code; undefined for those that say nothing by themselves, such as `X.0.0` and `X.7.1`.
 * A code that is not registered says what its subject says.
 */
export function byStatus({ subject, detail }: EnhancedStatus): Guess | undefined {
  const key = `${subject}.${detail}`
  if (vague.has(key)) return undefined
  return Object.hasOwn(statuses, key) ? statuses[key] : subjects[subject]
}

const vague: ReadonlySet<string> = new Set(['0.0', '1.0', '2.0', '3.0', '5.0', '7.0', '7.1'])

const statuses: Readonly<Record<string, Guess>> = {
  '1.1': ['unknown-recipient', 'high'],
  '1.2': ['bad-domain', 'medium'],
  '1.3': ['unknown-recipient', 'medium'],
  '1.4': ['unknown-recipient', 'medium'],
  '1.5': ['delivered', 'medium'],
  '1.6': ['recipient-moved', 'high'],
  '1.7': ['sender-rejected', 'medium'],
  '1.8': ['sender-rejected', 'medium'],
  '1.9': ['delivered', 'medium'],
  '1.10': ['bad-domain', 'medium'],
  '2.1': ['inactive-mailbox', 'medium'],
  '2.2': ['mailbox-full', 'high'],
  '2.3': ['message-too-large', 'high'],
  '2.4': ['policy', 'medium'],
  '3.1': ['server-busy', 'medium'],
  '3.2': ['server-busy', 'medium'],
  '3.3': ['protocol-error', 'medium'],
  '3.4': ['message-too-large', 'high'],
  '3.5': ['system-error', 'medium'],
  '3.6': ['delivered', 'medium'],
  '4.0': ['network', 'low'],
  '4.1': ['network', 'medium'],
  '4.2': ['network', 'medium'],
  '4.3': ['dns', 'medium'],
  '4.4': ['routing', 'medium'],
  '4.5': ['server-busy', 'medium'],
  '4.6': ['routing', 'medium'],
  '4.7': ['expired', 'medium'],
  '5.1': ['protocol-error', 'medium'],
  '5.2': ['protocol-error', 'medium'],
  '5.3': ['too-many-recipients', 'medium'],
  '5.4': ['protocol-error', 'medium'],
  '5.5': ['protocol-error', 'medium'],
  '5.6': ['smtp-auth-failed', 'medium'],
  '7.2': ['policy', 'medium'],
  '7.3': ['tls', 'medium'],
  '7.4': ['tls', 'medium'],
  '7.5': ['tls', 'medium'],
  '7.6': ['tls', 'medium'],
  '7.7': ['auth-policy', 'medium'],
  '7.8': ['smtp-auth-failed', 'high'],
  '7.9': ['smtp-auth-failed', 'high'],
  '7.10': ['tls', 'high'],
  '7.11': ['tls', 'high'],
  '7.12': ['smtp-auth-failed', 'high'],
  '7.13': ['inactive-mailbox', 'low'],
  '7.14': ['smtp-auth-failed', 'medium'],
  '7.15': ['policy', 'medium'],
  '7.16': ['message-too-large', 'medium'],
  '7.17': ['recipient-moved', 'high'],
  '7.18': ['recipient-moved', 'high'],
  '7.19': ['policy', 'medium'],
  '7.20': ['auth-policy', 'high'],
  '7.21': ['auth-policy', 'high'],
  '7.22': ['auth-policy', 'high'],
  '7.23': ['auth-policy', 'high'],
  '7.24': ['auth-policy', 'high'],
  '7.25': ['reverse-dns', 'high'],
  '7.26': ['auth-policy', 'high'],
  '7.27': ['sender-rejected', 'high'],
  '7.28': ['rate-limited', 'high'],
  '7.29': ['auth-policy', 'high'],
  '7.30': ['tls', 'high'],
}

/** What codes of a subject mean that are not registered. */
const subjects: Readonly<Record<number, Guess>> = {
  1: ['unknown-recipient', 'low'],
  2: ['policy', 'low'],
  3: ['system-error', 'low'],
  4: ['network', 'low'],
  5: ['protocol-error', 'low'],
  6: ['content-rejected', 'medium'],
  7: ['policy', 'low'],
}

/** Reads a reply code at a step of the conversation. */
export function byReplyCode(code: number, stage: Stage | undefined): Guess | undefined {
  return byStage[stage ?? 'other']?.[code] ?? replyCodes[code] ?? (code < 400 ? ['delivered', 'medium'] : undefined)
}

const replyCodes: Readonly<Record<number, Guess>> = {
  421: ['server-busy', 'medium'],
  432: ['smtp-auth-failed', 'medium'],
  450: ['server-busy', 'low'],
  451: ['system-error', 'low'],
  452: ['server-busy', 'low'],
  454: ['smtp-auth-failed', 'low'],
  455: ['protocol-error', 'medium'],
  500: ['protocol-error', 'medium'],
  501: ['protocol-error', 'medium'],
  502: ['protocol-error', 'medium'],
  503: ['protocol-error', 'medium'],
  504: ['protocol-error', 'medium'],
  521: ['bad-domain', 'medium'],
  523: ['tls', 'medium'],
  530: ['smtp-auth-failed', 'medium'],
  534: ['smtp-auth-failed', 'medium'],
  535: ['smtp-auth-failed', 'high'],
  538: ['tls', 'medium'],
  551: ['recipient-moved', 'low'],
  552: ['mailbox-full', 'low'],
  554: ['policy', 'low'],
  555: ['protocol-error', 'medium'],
  556: ['bad-domain', 'medium'],
}

const byStage: Readonly<Partial<Record<Stage, Readonly<Record<number, Guess>>>>> = {
  connect: { 450: ['policy', 'low'], 550: ['policy', 'low'], 554: ['policy', 'medium'] },
  greeting: { 450: ['policy', 'low'], 550: ['policy', 'low'], 554: ['policy', 'medium'] },
  hello: { 550: ['policy', 'low'], 554: ['policy', 'low'] },
  auth: { 454: ['smtp-auth-failed', 'medium'], 550: ['smtp-auth-failed', 'low'], 554: ['smtp-auth-failed', 'low'] },
  starttls: { 454: ['tls', 'medium'] },
  mail: {
    550: ['sender-rejected', 'low'],
    551: ['sender-rejected', 'low'],
    553: ['sender-rejected', 'low'],
    554: ['policy', 'low'],
    552: ['message-too-large', 'low'],
    452: ['server-busy', 'low'],
  },
  rcpt: {
    450: ['greylisted', 'low'],
    452: ['too-many-recipients', 'low'],
    550: ['unknown-recipient', 'low'],
    553: ['unknown-recipient', 'low'],
    554: ['policy', 'low'],
  },
  data: { 550: ['policy', 'low'], 554: ['policy', 'low'] },
  'end-of-data': {
    550: ['content-rejected', 'low'],
    552: ['message-too-large', 'low'],
    554: ['content-rejected', 'low'],
  },
}

/** What a log says where there was no reply; undefined where its words are better evidence. */
export const reasons: Readonly<Record<Reason, Guess | undefined>> = {
  'connection-refused': ['network', 'high'],
  'connection-timeout': ['network', 'high'],
  'connection-lost': ['network', 'high'],
  unreachable: ['network', 'high'],
  'dns-not-found': ['bad-domain', 'high'],
  'null-mx': ['bad-domain', 'high'],
  'dns-failure': ['dns', 'high'],
  'tls-failed': ['tls', 'high'],
  'tls-required': ['tls', 'high'],
  'tls-untrusted': ['tls', 'high'],
  'auth-failed': ['smtp-auth-failed', 'high'],
  suspended: undefined,
  loop: ['routing', 'high'],
  expired: undefined,
  'too-large': ['message-too-large', 'high'],
  'unknown-user': ['unknown-recipient', 'high'],
  'command-failed': undefined,
  'mailbox-failed': undefined,
  'malformed-reply': ['protocol-error', 'high'],
  configuration: ['system-error', 'high'],
  suppressed: ['suppressed', 'high'],
  other: undefined,
}

/** What is left of a reason when its words say nothing. */
export const vagueReasons: Readonly<Partial<Record<Reason, Guess>>> = {
  suspended: ['network', 'medium'],
  expired: ['expired', 'high'],
  'command-failed': ['system-error', 'medium'],
  'mailbox-failed': ['system-error', 'medium'],
}
