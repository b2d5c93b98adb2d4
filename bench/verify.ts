import type { Received } from './receiver.ts'
import type { Description } from './runner.ts'
import type { Workload } from './workloads.ts'

/** Tells what the sink has received other than was sent; undefined when all is there. */
export function difference(
  {
    composes,
    withoutQuit,
    octets,
    bodyOctets,
  }: Pick<Description, 'composes' | 'withoutQuit' | 'octets' | 'bodyOctets'>,
  { recipients, connections, oneShot }: Workload,
  count: number,
  received: Received,
): string | undefined {
  const problems = [
    differs('messages', received.messages, count),
    differs('recipients', received.recipients, count * recipients),
    composes
      ? outside('octets', received.octets, count * bodyOctets, count * (2 * bodyOctets + 2048))
      : differs('octets', received.octets, count * octets),
    // A pool may open fewer connections than it is allowed to.
    withoutQuit || oneShot ? undefined : outside('goodbyes', received.quits, 1, connections),
    oneShot ? differs('goodbyes', received.quits, withoutQuit ? 0 : count) : undefined,
  ].filter((problem) => problem !== undefined)
  return problems.length === 0 ? undefined : problems.join('; ')
}

function differs(what: string, received: number, sent: number): string | undefined {
  return received === sent ? undefined : `${received} ${what} received of ${sent}`
}

function outside(what: string, received: number, least: number, most: number): string | undefined {
  return received >= least && received <= most ? undefined : `${received} ${what} received, not ${least} to ${most}`
}
