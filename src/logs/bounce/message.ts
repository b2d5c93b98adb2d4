/** Takes a message apart into what reports consist of. The one file that knows the MIME parser. */
import PostalMime, { type Address, type Email } from 'postal-mime'
import { argumentError } from '../../protocol/errors.ts'
import type { ReturnedMessage } from './bounce.ts'
import { textOfHtml } from './html.ts'

/** Bounds on a message, which anybody may have written. */
export interface BounceLimits {
  /** Octets in the message; 16 MiB unless given. */
  readonly message?: number
  /** Parts within parts; 32 unless given. */
  readonly nesting?: number
  /** Octets in all headers; 256 KiB unless given. */
  readonly headers?: number
}

/** A message in parts. */
export interface Message {
  /** The last field of a name in lower case. */
  header(name: string): string | undefined
  readonly from: string | undefined
  readonly subject: string
  readonly text: string
  /** The decoded contents of all parts of these types. */
  parts(types: readonly string[]): string[]
}

/**
 * Takes a message apart.
 *
 * @throws SmtpError `invalid-argument` for a message over the limits.
 */
export async function readMessage(source: string | Uint8Array, limits: BounceLimits): Promise<Message> {
  const { message: size = 16 * 2 ** 20, nesting = 32, headers = 256 * 1024 } = limits
  if (source.length > size) throw argumentError('message', `has more than ${size} octets`)
  const email = await PostalMime.parse(source, {
    forceRfc822Attachments: true,
    maxNestingDepth: nesting,
    maxHeadersSize: headers,
  }).catch((cause: unknown) => {
    throw argumentError('message', 'cannot be taken apart', { cause })
  })
  return {
    header: (name) => email.headers.findLast(({ key }) => key === name)?.value,
    from: addressesOf(email.from === undefined ? [] : [email.from])[0],
    subject: email.subject ?? '',
    text: email.text ?? textOfHtml(email.html ?? ''),
    parts: (types) =>
      email.attachments.filter(({ mimeType }) => types.includes(mimeType)).map(({ content }) => decoded(content)),
  }
}

/** Reads the header of a message that is returned. */
export async function readReturned(text: string): Promise<ReturnedMessage | undefined> {
  const [header = ''] = text
    .trimStart()
    .slice(0, 65_536)
    .split(/\r?\n\r?\n/, 1)
  const email: Email | undefined = await PostalMime.parse(`${header}\r\n\r\n`).catch(() => undefined)
  if (email === undefined || email.headers.length === 0) return undefined
  const { messageId, subject } = email
  const [from] = addressesOf(email.from === undefined ? [] : [email.from])
  const to = addressesOf(email.to ?? [])
  return messageId === undefined && from === undefined && subject === undefined
    ? undefined
    : { messageId, from, to, subject }
}

function addressesOf(addresses: readonly Address[]): string[] {
  return addresses.flatMap((each) => (each.group ?? [each]).flatMap(({ address }) => (address === '' ? [] : [address])))
}

/** Reports are UTF-8 or something older, whose octets are kept as they are. */
function decoded(content: string | ArrayBuffer | Uint8Array): string {
  if (typeof content === 'string') return content
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return new TextDecoder('latin1').decode(content)
  }
}
