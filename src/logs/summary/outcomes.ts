import type { Disposition } from '../record.ts'

/** How many recipients went which way. */
export type Outcomes = Record<Disposition, number>

/** Gives outcomes that nothing has been counted in yet. */
export function noOutcomes(): Outcomes {
  return { delivered: 0, deferred: 0, failed: 0, expired: 0, rejected: 0 }
}

/** Counts a recipient. Written out: a property whose name is a variable takes several times as long to find. */
export function countIn(outcomes: Outcomes, disposition: Disposition): void {
  switch (disposition) {
    case 'delivered':
      outcomes.delivered++
      break
    case 'deferred':
      outcomes.deferred++
      break
    case 'failed':
      outcomes.failed++
      break
    case 'expired':
      outcomes.expired++
      break
    case 'rejected':
      outcomes.rejected++
  }
}

/** Adds what was counted elsewhere. */
export function addOutcomes(into: Outcomes, from: Readonly<Outcomes>): void {
  into.delivered += from.delivered
  into.deferred += from.deferred
  into.failed += from.failed
  into.expired += from.expired
  into.rejected += from.rejected
}

/** Sums up all ways. */
export function sumOf({ delivered, deferred, failed, expired, rejected }: Readonly<Outcomes>): number {
  return delivered + deferred + failed + expired + rejected
}
