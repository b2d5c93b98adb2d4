import { randomUUID } from 'node:crypto'
import type { Target } from './options.ts'

/** Writes a short message, with a line that begins with a dot: the one thing that must change on the way. */
export function messageFor({ from, to }: Target, how: string): string {
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return [
    `From: <${from}>`,
    `To: ${to.map((address) => `<${address}>`).join(', ')}`,
    `Subject: Hello from rxsmtp, sent ${how}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomUUID()}@${domain}>`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This message was sent ${how}.`,
    '.A dot at the start of a line arrives as it was.',
    '',
  ].join('\r\n')
}
