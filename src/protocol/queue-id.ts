import type { Reply } from './reply.ts'

// What common servers write behind the final dot; no standard says so, and some servers give no id at all.
const forms: readonly RegExp[] = [
  /\bqueued as ([A-Za-z0-9._-]{1,64})/i,
  /\bid=([A-Za-z0-9._-]{1,64})/i,
  /(?<![A-Za-z0-9._-])([A-Za-z0-9._-]{1,64}) Message accepted for delivery/i,
]

/** Finds the queue id that a server gives a message in its final reply; undefined where it gives none. */
export function queueIdOf(reply: Reply): string | undefined {
  for (const form of forms) {
    const id = form.exec(reply.text)?.[1]
    if (id !== undefined) return id
  }
  return undefined
}
