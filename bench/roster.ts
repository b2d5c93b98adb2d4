/** Everyone who takes part, in the order of the tables. A new client is one small file and a line here. */
import type { Client, Peer } from './client.ts'

// Each process loads the one that it measures and nothing of the others.
const loaders = {
  nodemailer: async () => (await import('./clients/nodemailer.ts')).nodemailer,
  SMTPConnection: async () => (await import('./clients/smtp-connection.ts')).smtpConnection,
  emailjs: async () => (await import('./clients/emailjs.ts')).emailjs,
  '@upyo/smtp': async () => (await import('./clients/upyo.ts')).upyo,
  'smtp-source': async () => (await import('./clients/smtp-source.ts')).smtpSource,
  'net/smtp': async () => (await import('./clients/net-smtp.ts')).netSmtp,
  'rxsmtp, one command': async () => (await import('./clients/rxsmtp.ts')).lockStep,
  'rxsmtp, DATA': async () => (await import('./clients/rxsmtp.ts')).data,
  'rxsmtp, DATA queue': async () => (await import('./clients/rxsmtp.ts')).dataQueue,
  'rxsmtp, BDAT': async () => (await import('./clients/rxsmtp.ts')).bdat,
  'rxsmtp, BDAT 8': async () => (await import('./clients/rxsmtp.ts')).bdat8,
  'rxsmtp, BDAT 32': async () => (await import('./clients/rxsmtp.ts')).bdat32,
  'bare DATA': async () => (await import('./clients/bare.ts')).bareData,
  'bare BDAT': async () => (await import('./clients/bare.ts')).bareBdat,
} satisfies Record<string, () => Promise<Client | Peer>>

/** The name of someone who takes part. */
export type EntrantId = keyof typeof loaders

/** All names. */
export const roster = Object.keys(loaders) as readonly EntrantId[]

/** Loads one. */
export function load(id: EntrantId): Promise<Client | Peer> {
  return loaders[id]()
}
