import type { LogFormat } from '../record.ts'
import { CourierReader } from './courier.ts'
import { CsvReader } from './csv.ts'
import { EximReader } from './exim.ts'
import type { MessageReader } from './format.ts'
import { harakaReader } from './haraka.ts'
import { openSmtpdReader } from './opensmtpd.ts'
import { postfixReader } from './postfix.ts'
import { QmailReader } from './qmail.ts'
import { sendmailReader } from './sendmail.ts'
import { TranscriptReader } from './transcript.ts'

/** Makes the reader of a format, with a memory of its own; what is JSON needs none, its lines tell what they are. */
export function readerOf(format: LogFormat): MessageReader | undefined {
  switch (format) {
    case 'postfix':
      return postfixReader
    case 'exim':
      return new EximReader()
    case 'sendmail':
      return sendmailReader
    case 'opensmtpd':
      return openSmtpdReader
    case 'qmail':
      return new QmailReader()
    case 'courier':
      return new CourierReader()
    case 'exchange':
    case 'powermta':
      return new CsvReader(format)
    case 'swaks':
    case 'nodemailer':
      return new TranscriptReader(format)
    case 'haraka':
      return harakaReader
    case 'kumomta':
      return undefined
  }
}
