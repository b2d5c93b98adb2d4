/** One kind of work that every client is given. */
export interface Workload {
  readonly id: WorkloadId
  readonly title: string
  /** Octets of a message, header included. */
  readonly size: number
  readonly recipients: number
  readonly connections: number
  /** Whether every message has a connection of its own, opened and closed within the time that counts. */
  readonly oneShot: boolean
  readonly tls: boolean
  /** Milliseconds between what arrives at the sink and its answer. */
  readonly delay: number
  /** Messages of the first and shortest warm-up. */
  readonly first: number
}

/** The letter of a {@link Workload}. */
export type WorkloadId = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G'

const kibi = 1024
const basic = { size: kibi, recipients: 1, connections: 1, oneShot: false, tls: false, delay: 0, first: 5 }

/** What is measured. */
export const workloads: readonly Workload[] = [
  { ...basic, id: 'A', title: '1 KiB to 1 recipient over 1 connection' },
  { ...basic, id: 'B', title: 'as A, over 10 connections', connections: 10, first: 20 },
  { ...basic, id: 'C', title: '1 MiB to 1 recipient over 1 connection', size: kibi * kibi, first: 2 },
  { ...basic, id: 'D', title: '1 KiB to 1,000 recipients over 1 connection', recipients: 1_000, first: 1 },
  { ...basic, id: 'E', title: 'connect, one message as in A, QUIT', oneShot: true },
  { ...basic, id: 'F', title: 'as A, over STARTTLS', tls: true },
  { ...basic, id: 'G', title: 'as A, 20 ms from command to reply', delay: 20, first: 2 },
]

/** Finds a workload by its letter. */
export function workloadOf(id: WorkloadId): Workload {
  const found = workloads.find((workload) => workload.id === id)
  if (found === undefined) throw new Error(`no workload ${id}`)
  return found
}
