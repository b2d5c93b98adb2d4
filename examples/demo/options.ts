/** Where to send, and as whom. */
export interface Target {
  readonly host: string
  readonly port: number
  /** As `TlsLevel`, and `implicit` for TLS from the first byte. */
  readonly tls: Tls
  /** Certificate authorities to trust in place of the system's, in PEM. */
  readonly ca: string | undefined
  /** Fingerprints of the certificate, or of its key, to trust in place of authorities. */
  readonly pins: readonly string[]
  readonly user: string | undefined
  readonly mechanism: Mechanism
  readonly from: string
  readonly to: readonly string[]
  /** The name of this host in EHLO. */
  readonly name: string
}

type Tls = (typeof tlsModes)[number]
type Mechanism = (typeof mechanisms)[number]

const tlsModes = ['verified', 'opportunistic', 'none', 'implicit'] as const
const mechanisms = ['auto', 'scram', 'plain', 'login', 'cram-md5'] as const

/** The arguments, in the form of `parseArgs`. */
export const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  tls: { type: 'string' },
  ca: { type: 'string' },
  pin: { type: 'string', multiple: true },
  user: { type: 'string' },
  auth: { type: 'string' },
  'password-file': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string', multiple: true },
  name: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `Usage: npm start                     send to a server started for the occasion
       npm run demo -- --host HOST --from ADDRESS --to ADDRESS [...]

Sends two short messages, one through operators and one through sendMail, and shows the whole conversation.

  --host HOST           the server to talk to
  --port PORT           587 with --user, 25 without, unless given; TLS from the first byte on 465
  --tls MODE            verified       TLS by STARTTLS, or nothing is sent (default with --user)
                        opportunistic  TLS where the server offers it (default without)
                        implicit       TLS from the first byte (default on port 465)
                        none           never
  --ca FILE             certificate authorities to trust in place of the system's, PEM
  --pin FINGERPRINT     the SHA-256 of its certificate or public key, in place of authorities; more than once
  --user NAME           log in; the password is asked for unless given by
  --password-file FILE  its first line, or by the environment variable RXSMTP_PASSWORD
  --auth MECHANISM      auto (default, the strongest that the server offers), scram, plain, login or cram-md5
  --from ADDRESS        the sender
  --to ADDRESS          a recipient; may be given more than once
  --name NAME           the name of this host in EHLO, localhost unless given
  -h, --help            this text

Exit status: 0 both messages were taken; 64 the arguments make no sense; 70 a bug. Of the message at which it stopped:
69 sending it again would fail again; 74 nobody can tell whether it was taken; 75 it may safely be sent again.
`

/** Tells that the arguments make no sense. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Values = { readonly [K in Exclude<keyof typeof flags, 'to' | 'pin' | 'help'>]?: string | undefined } & {
  readonly to?: string[] | undefined
  readonly pin?: string[] | undefined
}

/** Reads the arguments that name a server; `readFile` is given the path of the authorities. */
export function targetOf(values: Values, readFile: (path: string) => string): Target {
  const { host, user, from, to = [], pin: pins = [], name = 'localhost' } = values
  if (host === undefined || from === undefined || to.length === 0) {
    throw new UsageError('--host, --from and --to belong together')
  }
  const port = values.port === undefined ? (user === undefined ? 25 : 587) : Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port: not a port: ${values.port}`)
  const tls = oneOf('tls', tlsModes, values.tls) ?? defaultTls(port, user)
  const mechanism = oneOf('auth', mechanisms, values.auth) ?? 'auto'
  const ca = values.ca === undefined ? undefined : fileOf('ca', values.ca, readFile)
  return { host, port, tls, ca, pins, user, mechanism, from, to, name }
}

function defaultTls(port: number, user: string | undefined): Tls {
  if (port === 465) return 'implicit'
  return user === undefined ? 'opportunistic' : 'verified'
}

function oneOf<T extends string>(flag: string, known: readonly T[], value: string | undefined): T | undefined {
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (found === undefined) throw new UsageError(`--${flag}: none of ${known.join(', ')}: ${value}`)
  return found
}

/** Reads a file that an argument names. */
export function fileOf(flag: string, path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path)
  } catch (cause) {
    throw new UsageError(`--${flag}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
