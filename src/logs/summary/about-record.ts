/** What is told of a record in the tables of a summary: the keys of its rows, and what a row of replies remembers. */
import { isLoopback } from '../../protocol/loopback.ts'
import { detached } from '../detached.ts'
import type { DeliveryRecord, Host, RejectRecord } from '../record.ts'
import { saidIn } from './judge.ts'
import { type ReplyAbout, sampleLength } from './rows.ts'

/** Gives the domain of a recipient. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** Gives the name of a host, or else its address. */
export function nameOf(host: Host | undefined): string {
  // Postfix says so of an address without a name.
  const name = host?.name === 'unknown' ? undefined : host?.name
  return name ?? host?.address ?? host?.name ?? ''
}

/** Tells whether a connection over a network was made, which TLS could have protected. */
export function isRemote(relay: Host | undefined): boolean {
  return relay?.address !== undefined && !isLoopback(relay.address)
}

/** Gives the key that a delivery has in the table `tls`. */
export function tlsOf({ tls, format }: DeliveryRecord): string {
  if (tls !== undefined) return tls
  // Exim says so when there is TLS; the others may be silent either way.
  return format === 'exim' ? 'none' : ''
}

/** Gives what a row of replies remembers of the first one. */
export function aboutOf(record: DeliveryRecord | RejectRecord, category: string): ReplyAbout {
  const { reply, dsn } = record
  return {
    sample: cut(saidIn(record)),
    category,
    code: reply?.code,
    enhanced: reply?.enhanced?.code ?? (dsn && cut(dsn)),
  }
}

/** Shortens what somebody wrote to what a sample holds. */
export function cut(text: string): string {
  return detached(text.slice(0, sampleLength))
}
