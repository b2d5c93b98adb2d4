import { toBase64 } from '../protocol/base64.ts'
import { formatReply, type Reply, withLines } from '../protocol/reply.ts'

/** One step of a conversation: `C` is us, `S` is the server. Secrets are masked. */
export type TranscriptEntry =
  | { readonly from: 'C'; readonly kind: 'command'; readonly text: string }
  | { readonly from: 'C'; readonly kind: 'body'; readonly octets: number }
  | { readonly from: 'S'; readonly kind: 'reply'; readonly text: string; readonly reply: Reply }
  | { readonly from: 'C'; readonly kind: 'tls'; readonly text: string }

/** What stands in place of a secret. */
export const masked = '********'

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

/** Remembers what must not be printed and blanks it, also where a server echoes it. */
export class SecretMask {
  #secrets: readonly string[] = []

  /** Hides `secret` and its base64 form from now on; shorter than four characters it would blank ordinary text. */
  add(secret: string): void {
    if (secret.length < 4) return
    const known = new Set([...this.#secrets, secret, toBase64(new TextEncoder().encode(secret))])
    // The longest first: blanking a part of another secret would show the rest of it.
    this.#secrets = [...known].sort((a, b) => b.length - a.length)
  }

  /** Returns the text with every secret blanked. */
  text(text: string): string {
    let blanked = text
    for (const secret of this.#secrets) blanked = blanked.replaceAll(secret, masked)
    return blanked
  }

  /** Returns the reply with every secret blanked: the same object where there is none. */
  reply(reply: Reply): Reply {
    if (this.#secrets.length === 0) return reply
    const text = this.text(reply.text)
    return text === reply.text ? reply : withLines(reply, text.split('\n'))
  }
}
