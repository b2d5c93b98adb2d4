// The steps of a conversation that tests of threats begin with: what the server does, and what the client has written.
import { type Act, hears, hearsMessage, says, sends } from '../../src/testing/index.ts'

export const ok: Act = says('250 ok')
export const bye: readonly Act[] = [hears('QUIT'), says('221 bye')]

/** Greets, and offers these keywords. */
export function greets(...keywords: readonly string[]): Act[] {
  const lines = ['mx.example', ...keywords]
  const reply = lines.map((line, at) => `250${at < lines.length - 1 ? '-' : ' '}${line}\r\n`)
  return [says('220 mx.example'), hears('EHLO'), sends(reply.join(''))]
}

/** Takes sender and recipient. */
export const takesEnvelope: readonly Act[] = [hears('MAIL'), ok, hears('RCPT'), ok]
/** Takes them, and asks for the message. */
export const asksForMessage: readonly Act[] = [...takesEnvelope, hears('DATA'), says('354 go')]
/** Takes all of a message, and owes the last reply. */
export const takesMessage: readonly Act[] = [...asksForMessage, hearsMessage()]

export const ehlo = 'EHLO localhost\r\n'
export const mail = 'MAIL FROM:<a@b.example>\r\n'
export const rcpt = 'RCPT TO:<c@d.example>\r\n'
export const data = 'DATA\r\n'
export const quit = 'QUIT\r\n'
export const envelope = `${ehlo}${mail}${rcpt}`
export const body = `${envelope}${data}hi\r\n.\r\n`
