import type { Capabilities } from '../protocol/capabilities.ts'
import type { Command } from '../protocol/command.ts'
import { asciiAddress, needsUtf8 } from '../protocol/path.ts'
import { requireOffer } from './mail.ts'

/**
 * Builds a VRFY or EXPN for what the server offers (RFC 6531 section 3.7.4.2).
 *
 * @throws SmtpError `not-offered`.
 */
export function lookupCommand(
  verb: 'VRFY' | 'EXPN',
  capabilities: Capabilities,
  argument: string,
  { smtpUtf8 = needsUtf8(argument) }: { readonly smtpUtf8?: boolean },
): Command {
  if (smtpUtf8) requireOffer(capabilities, 'SMTPUTF8', 'verify')
  return { verb, argument: asciiAddress(argument), ...(smtpUtf8 && { smtpUtf8 }) }
}
