import type { Counts } from './tally.ts'

/** What a program that counts prints about itself. */
export interface Report {
  readonly counts: Counts
  /** Of processor time, the start of the program included. */
  readonly seconds: number
  /** Octets at most. */
  readonly memory: number
}

/** Prints what was counted, and what the process has cost. */
export async function report(counting: Promise<Counts>): Promise<void> {
  const counts = await counting
  const { user, system } = process.cpuUsage()
  const told: Report = { counts, seconds: (user + system) / 1e6, memory: process.resourceUsage().maxRSS * 1024 }
  console.log(JSON.stringify(told))
}
