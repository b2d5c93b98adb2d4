import type { Received } from './receiver.ts'
import type { Description } from './runner.ts'
import type { Workload } from './workloads.ts'

/** Tells what the sink has received other than was sent; undefined when all is there. */
export function difference(
  { composes, octets, bodyOctets }: Pick<Description, 'composes' | 'octets' | 'bodyOctets'>,
  { recipients, connections, oneShot }: Workload,
  count: number,
  received: Received,
): string | undefined {
  const goodbyes = oneShot ? count : connections
  const problems = [
    differs('messages', received.messages, count),
    differs('recipients', received.recipients, count * recipients),
    composes
      ? outside('octets', received.octets, count * bodyOctets, count * (2 * bodyOctets + 2048))
      : differs('octets', received.octets, count * octets),
    // A pool may have opened fewer connections than it was allowed to.
    outside('goodbyes', received.quits, oneShot ? goodbyes : 1, goodbyes),
  ].filter((problem) => problem !== undefined)
  return problems.length === 0 ? undefined : problems.join('; ')
}

function differs(what: string, received: number, sent: number): string | undefined {
  return received === sent ? undefined : `${received} ${what} received of ${sent}`
}

function outside(what: string, received: number, least: number, most: number): string | undefined {
  return received >= least && received <= most ? undefined : `${received} ${what} received, not ${least} to ${most}`
}
