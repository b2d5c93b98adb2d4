import { formatReply, type Reply, withLines } from '../protocol/reply.ts'
import { masked } from '../protocol/secret.ts'

/** One step of a conversation: `C` is us, `S` is the server. Secrets are masked. */
export type TranscriptEntry =
  | { readonly from: 'C'; readonly kind: 'command'; readonly text: string }
  | { readonly from: 'C'; readonly kind: 'body'; readonly octets: number }
  | { readonly from: 'S'; readonly kind: 'reply'; readonly text: string; readonly reply: Reply }
  | { readonly from: 'C'; readonly kind: 'tls'; readonly text: string }

/** Hides a challenge that answers a secret: it may repeat or verify the secret in a form that no mask knows. */
export function withoutChallenge(reply: Reply): Reply {
  return reply.code === 334 ? withLines(reply, [masked]) : reply
}

/** Writes an entry as lines that begin with `C: ` or `S: `, the form of the fixtures and of the RFCs. */
export function formatTranscript(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'reply':
      return formatReply(entry.reply).trimEnd().replace(/^/, 'S: ').replaceAll('\r\n', '\nS: ')
    case 'body':
      return `C: (${entry.octets} octets of message)`
    case 'tls':
      return `C: (${entry.text})`
    default:
      return `C: ${entry.text}`
  }
}
