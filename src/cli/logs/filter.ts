import type { DeliveryRecord, Disposition, LogRecord, RejectRecord } from '../../logs/record.ts'

/** Which records count. What is empty or undefined lets everything pass. Plain data, for other threads. */
export interface Filter {
  /** Domains of recipients, in lower case, with those below them. */
  readonly domains: readonly string[]
  readonly queueIds: readonly string[]
  readonly categories: readonly string[]
  readonly statuses: readonly Disposition[]
  /** Milliseconds since 1970, inclusive. */
  readonly since: number | undefined
  /** Exclusive. */
  readonly until: number | undefined
}

/** Makes a function that tells whether a record counts. */
export function passes(
  { domains, queueIds, categories, statuses, since, until }: Filter,
  categoryOf: (record: DeliveryRecord | RejectRecord) => string,
): (record: LogRecord) => boolean {
  const ids = new Set(queueIds)
  const aboutRecipients = domains.length + categories.length + statuses.length > 0
  // The usual case, for every line of a log.
  if (!aboutRecipients && ids.size === 0 && since === undefined && until === undefined) return () => true
  return (record) => {
    const { time, queueId } = record
    if (since !== undefined && !(time !== undefined && time >= since)) return false
    if (until !== undefined && !(time !== undefined && time < until)) return false
    if (ids.size > 0 && !(queueId !== undefined && ids.has(queueId))) return false
    if (!aboutRecipients) return true
    // Lines about a message as a whole do not tell which recipients it has.
    if (record.kind !== 'delivery' && record.kind !== 'reject') return false
    return (
      (domains.length === 0 || isIn(domains, record.recipient)) &&
      (statuses.length === 0 || statuses.includes(record.kind === 'reject' ? 'rejected' : record.disposition)) &&
      (categories.length === 0 || categories.includes(categoryOf(record)))
    )
  }
}

/** Says a filter in words. */
export function filterInWords({ domains, queueIds, categories, statuses, since, until }: Filter): string[] {
  return [
    ...domains.map((domain) => `domain ${domain}`),
    ...queueIds.map((id) => `queue id ${id}`),
    ...categories.map((category) => `category ${category}`),
    ...statuses.map((status) => `status ${status}`),
    ...(since === undefined ? [] : [`since ${new Date(since).toISOString()}`]),
    ...(until === undefined ? [] : [`until ${new Date(until).toISOString()}`]),
  ]
}

function isIn(domains: readonly string[], recipient: string | undefined): boolean {
  if (recipient === undefined) return false
  const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase()
  return domains.some((wanted) => domain === wanted || domain.endsWith(`.${wanted}`))
}
