import type { LimitsExtension } from '../../protocol/extensions.ts'
import { asciiDomain } from '../../protocol/idn.ts'
import type { NamedRecipient } from '../recipient.ts'

type Part = readonly NamedRecipient[]

/**
 * Cuts recipients into parts that the server takes one at a time: no more than RCPTMAX, and of no more domains than
 * RCPTDOMAINMAX (RFC 9422 section 4). Where domains count, those of one stay together.
 */
export function partsOf(recipients: Part, limits: LimitsExtension = {}): readonly Part[] {
  const { rcptmax = recipients.length, rcptdomainmax = recipients.length } = limits
  if (recipients.length <= Math.min(rcptmax, rcptdomainmax)) return [recipients]
  const parts: NamedRecipient[][] = []
  let part: NamedRecipient[] = []
  const domains = new Set<string>()
  for (const recipient of rcptdomainmax < recipients.length ? byDomain(recipients) : recipients) {
    const domain = domainOf(recipient)
    const isFull = part.length === rcptmax || (domains.size === rcptdomainmax && !domains.has(domain))
    if (isFull || parts.length === 0) {
      part = []
      parts.push(part)
      domains.clear()
    }
    part.push(recipient)
    domains.add(domain)
  }
  return parts
}

function byDomain(recipients: Part): Part {
  const domains = new Map<string, NamedRecipient[]>()
  for (const recipient of recipients) {
    const domain = domainOf(recipient)
    const members = domains.get(domain)
    if (members === undefined) domains.set(domain, [recipient])
    else members.push(recipient)
  }
  return [...domains.values()].flat()
}

/** Returns the domain in the form that servers compare; `''` for the local Postmaster. */
function domainOf({ address }: NamedRecipient): string {
  const at = address.lastIndexOf('@')
  const domain = at < 0 ? '' : address.slice(at + 1)
  return (asciiDomain(domain) ?? domain).toLowerCase()
}
