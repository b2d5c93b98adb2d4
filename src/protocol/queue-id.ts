import type { Reply } from './reply.ts'

// What common servers write behind the final dot; no standard says so, and some servers give no id at all.
const named = /\b(?:queued as |id=)/i
const forms: readonly RegExp[] = [/\bqueued as ([A-Za-z0-9._-]{1,64})/i, /\bid=([A-Za-z0-9._-]{1,64})/i]
const accepted = / Message accepted for delivery/i
const last = /(?<![A-Za-z0-9._-])[A-Za-z0-9._-]{1,64}$/

/** Finds the queue id that a server gives a message in its final reply; undefined where it gives none. */
export function queueIdOf(reply: Reply): string | undefined {
  const { text } = reply
  if (named.test(text)) {
    for (const form of forms) {
      const id = form.exec(text)?.[1]
      if (id !== undefined) return id
    }
  }
  const at = text.search(accepted)
  return at < 0 ? undefined : last.exec(text.slice(0, at))?.[0]
}
