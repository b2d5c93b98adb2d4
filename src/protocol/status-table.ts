// Made by scripts/build-status.ts from scripts/data: change it there.

/** What is known about one code. */
export interface CodeEntry {
  readonly name: string
  readonly meaning: string
  readonly advice: string
  readonly reference: string
}

/** What is known about one subject and detail of the enhanced status codes. */
export interface StatusEntry extends CodeEntry {
  /** The basic reply codes that the registry associates with the status; none given where empty. */
  readonly replies: readonly number[]
}

/** Subject and detail of every registered enhanced status code (RFC 5248). */
export type StatusDetail =
  | '0.0'
  | '1.0'
  | '1.1'
  | '1.2'
  | '1.3'
  | '1.4'
  | '1.5'
  | '1.6'
  | '1.7'
  | '1.8'
  | '1.9'
  | '1.10'
  | '2.0'
  | '2.1'
  | '2.2'
  | '2.3'
  | '2.4'
  | '3.0'
  | '3.1'
  | '3.2'
  | '3.3'
  | '3.4'
  | '3.5'
  | '3.6'
  | '4.0'
  | '4.1'
  | '4.2'
  | '4.3'
  | '4.4'
  | '4.5'
  | '4.6'
  | '4.7'
  | '5.0'
  | '5.1'
  | '5.2'
  | '5.3'
  | '5.4'
  | '5.5'
  | '5.6'
  | '6.0'
  | '6.1'
  | '6.2'
  | '6.3'
  | '6.4'
  | '6.5'
  | '6.6'
  | '6.7'
  | '6.8'
  | '6.9'
  | '6.10'
  | '7.0'
  | '7.1'
  | '7.2'
  | '7.3'
  | '7.4'
  | '7.5'
  | '7.6'
  | '7.7'
  | '7.8'
  | '7.9'
  | '7.10'
  | '7.11'
  | '7.12'
  | '7.13'
  | '7.14'
  | '7.15'
  | '7.16'
  | '7.17'
  | '7.18'
  | '7.19'
  | '7.20'
  | '7.21'
  | '7.22'
  | '7.23'
  | '7.24'
  | '7.25'
  | '7.26'
  | '7.27'
  | '7.28'
  | '7.29'
  | '7.30'

/** Every registered enhanced status code by subject and detail. */
export const statusTable: Readonly<Record<StatusDetail, StatusEntry>> = {
  '0.0': {
    name: 'Other undefined Status',
    meaning: 'The server says only whether it worked, not why.',
    advice: 'Read the text of the reply.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.0': {
    name: 'Other address status',
    meaning: 'Something about an address is wrong, and the server does not say what.',
    advice: 'Check the sender and recipient addresses.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.1': {
    name: 'Bad destination mailbox address',
    meaning: 'There is no mailbox of this name at this domain.',
    advice: 'Check the part before the @ for typing errors, and take the address off your lists if it is gone.',
    reference: 'RFC 3463',
    replies: [451, 550],
  },
  '1.2': {
    name: 'Bad destination system address',
    meaning: 'The domain of the recipient does not exist or takes no mail.',
    advice: 'Check the part behind the @ for typing errors.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.3': {
    name: 'Bad destination mailbox address syntax',
    meaning: 'The recipient address is not written as an address has to be.',
    advice: 'Correct the form of the recipient address.',
    reference: 'RFC 3463',
    replies: [501],
  },
  '1.4': {
    name: 'Destination mailbox address ambiguous',
    meaning: 'The recipient address fits more than one mailbox.',
    advice: 'Use the full address of the person you mean.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.5': {
    name: 'Destination address valid',
    meaning: 'The recipient address is valid.',
    advice: 'Check that the address is the one you mean: a refusal with this code contradicts itself.',
    reference: 'RFC 3463',
    replies: [250],
  },
  '1.6': {
    name: 'Destination mailbox has moved, No forwarding address',
    meaning: 'The recipient has moved and left no new address.',
    advice: 'Ask the recipient for the new address and take the old one off your lists.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.7': {
    name: "Bad sender's mailbox address syntax",
    meaning: 'The sender address is not written as an address has to be.',
    advice: 'Correct the form of the sender address.',
    reference: 'RFC 3463',
    replies: [],
  },
  '1.8': {
    name: "Bad sender's system address",
    meaning: 'The domain of the sender address does not exist or takes no mail, so nobody could answer.',
    advice: 'Use a sender address whose domain receives mail, and check its DNS records.',
    reference: 'RFC 3463',
    replies: [451, 501],
  },
  '1.9': {
    name: 'Message relayed to non-compliant mailer',
    meaning: 'The message was passed on to a system that cannot send delivery reports.',
    advice: 'Expect no further notice about this message.',
    reference: 'RFC 3886',
    replies: [],
  },
  '1.10': {
    name: 'Recipient address has null MX',
    meaning: 'The domain of the recipient declares in its DNS that it takes no mail at all.',
    advice: 'Check the part behind the @, and take the address off your lists.',
    reference: 'RFC 7505, RFC 7504',
    replies: [556],
  },
  '2.0': {
    name: 'Other or undefined mailbox status',
    meaning: 'Something about the mailbox of the recipient is wrong, and the server does not say what.',
    advice: 'Read the text of the reply, and ask the recipient by other means.',
    reference: 'RFC 3463',
    replies: [],
  },
  '2.1': {
    name: 'Mailbox disabled, not accepting messages',
    meaning: 'The mailbox exists but is switched off.',
    advice: 'Ask the recipient by other means whether the mailbox is still in use.',
    reference: 'RFC 3463',
    replies: [],
  },
  '2.2': {
    name: 'Mailbox full',
    meaning: 'The mailbox of the recipient is full.',
    advice: 'Tell the recipient by other means to make room.',
    reference: 'RFC 3463',
    replies: [552],
  },
  '2.3': {
    name: 'Message length exceeds administrative limit',
    meaning: 'The message is larger than this recipient may receive.',
    advice: 'Send a smaller message, or a link in place of the attachment.',
    reference: 'RFC 3463',
    replies: [552],
  },
  '2.4': {
    name: 'Mailing list expansion problem',
    meaning: 'The recipient is a mailing list whose members could not be worked out.',
    advice: 'Tell the owner of the mailing list.',
    reference: 'RFC 3463',
    replies: [450, 452],
  },
  '3.0': {
    name: 'Other or undefined mail system status',
    meaning: 'Something is wrong with the mail system of the recipient, and the server does not say what.',
    advice: 'Tell the postmaster of the receiving system.',
    reference: 'RFC 3463',
    replies: [221, 250, 421, 451, 550, 554],
  },
  '3.1': {
    name: 'Mail system full',
    meaning: 'The receiving system has no storage left.',
    advice: 'Tell the postmaster of the receiving system.',
    reference: 'RFC 3463',
    replies: [452],
  },
  '3.2': {
    name: 'System not accepting network messages',
    meaning: 'The receiving system takes no mail at present, or from nobody outside.',
    advice: 'Check that this is the right server, and tell its postmaster.',
    reference: 'RFC 3463, RFC 7504',
    replies: [453, 521],
  },
  '3.3': {
    name: 'System not capable of selected features',
    meaning: 'The receiving system cannot do what the message asks of it.',
    advice: 'Send the message without the special feature.',
    reference: 'RFC 3463',
    replies: [],
  },
  '3.4': {
    name: 'Message too big for system',
    meaning: 'The message is larger than the receiving system takes.',
    advice: 'Send a smaller message, or a link in place of the attachment.',
    reference: 'RFC 3463',
    replies: [552, 554],
  },
  '3.5': {
    name: 'System incorrectly configured',
    meaning: 'The receiving system is set up wrongly.',
    advice: 'Tell the postmaster of the receiving system.',
    reference: 'RFC 3463',
    replies: [],
  },
  '3.6': {
    name: 'Requested priority was changed',
    meaning: 'The message is handled with another priority than was asked for.',
    advice: 'Ask for a priority that the server supports.',
    reference: 'RFC 6710',
    replies: [250, 251],
  },
  '4.0': {
    name: 'Other or undefined network or routing status',
    meaning: 'Something went wrong on the way through the network, and the server does not say what.',
    advice: 'Check the network and the DNS records of the receiving domain.',
    reference: 'RFC 3463',
    replies: [],
  },
  '4.1': {
    name: 'No answer from host',
    meaning: 'The next server on the way did not answer.',
    advice: 'Check that the server of the recipient is running and reachable.',
    reference: 'RFC 3463',
    replies: [451],
  },
  '4.2': {
    name: 'Bad connection',
    meaning: 'The connection broke or was too bad to finish the transfer.',
    advice: 'Check the network between the two servers.',
    reference: 'RFC 3463',
    replies: [421],
  },
  '4.3': {
    name: 'Directory server failure',
    meaning: 'A directory that the delivery depends on, such as the DNS, did not answer.',
    advice: 'Check the DNS records of the receiving domain.',
    reference: 'RFC 3463',
    replies: [451, 550],
  },
  '4.4': {
    name: 'Unable to route',
    meaning: 'No way to the domain of the recipient was found.',
    advice: 'Check the domain, and its MX and address records.',
    reference: 'RFC 3463',
    replies: [],
  },
  '4.5': {
    name: 'Mail system congestion',
    meaning: 'The mail system has more to do than it can manage.',
    advice: 'Send more slowly.',
    reference: 'RFC 3463',
    replies: [451],
  },
  '4.6': {
    name: 'Routing loop detected',
    meaning: 'The message goes round in circles between servers.',
    advice: 'Correct the forwarding rules or the MX records that send it back.',
    reference: 'RFC 3463',
    replies: [],
  },
  '4.7': {
    name: 'Delivery time expired',
    meaning: 'The message could not be delivered in the time it had.',
    advice: 'Read the last refusal before this one: it has the reason; then send the message anew.',
    reference: 'RFC 3463',
    replies: [],
  },
  '5.0': {
    name: 'Other or undefined protocol status',
    meaning: 'Something in the conversation between the two servers went wrong, and the server does not say what.',
    advice: 'Read the text of the reply, and look at the transcript of the session.',
    reference: 'RFC 3463',
    replies: [220, 250, 251, 252, 253, 451, 452, 454, 458, 459, 501, 502, 503, 554],
  },
  '5.1': {
    name: 'Invalid command',
    meaning: 'The server does not know the command, or not at this point of the conversation.',
    advice: 'Look at the transcript: a required step such as EHLO, STARTTLS or AUTH may be missing.',
    reference: 'RFC 3463',
    replies: [430, 500, 501, 503, 530, 550, 554, 555],
  },
  '5.2': {
    name: 'Syntax error',
    meaning: 'The server could not make sense of a command.',
    advice: 'Look at the transcript for the command that was refused.',
    reference: 'RFC 3463',
    replies: [500, 501, 502, 550, 555],
  },
  '5.3': {
    name: 'Too many recipients',
    meaning: 'The message has more recipients than the server takes at once.',
    advice: 'Send to the remaining recipients in a further transaction.',
    reference: 'RFC 3463',
    replies: [451],
  },
  '5.4': {
    name: 'Invalid command arguments',
    meaning: 'A command had a parameter that the server refuses.',
    advice: 'Look at the transcript for the parameter, and leave it out if the server did not offer it.',
    reference: 'RFC 3463',
    replies: [451, 501, 502, 503, 504, 550, 555],
  },
  '5.5': {
    name: 'Wrong protocol version',
    meaning: 'The two servers do not speak the same version of the protocol.',
    advice: 'Use the version that the server announces.',
    reference: 'RFC 3463',
    replies: [],
  },
  '5.6': {
    name: 'Authentication Exchange line is too long',
    meaning: 'A line of the authentication was longer than the server takes.',
    advice: 'Use a mechanism with shorter messages or a shorter token.',
    reference: 'RFC 4954',
    replies: [500],
  },
  '6.0': {
    name: 'Other or undefined media error',
    meaning: 'Something about the content of the message is wrong, and the server does not say what.',
    advice: 'Read the text of the reply, and check the message for unusual parts.',
    reference: 'RFC 3463',
    replies: [],
  },
  '6.1': {
    name: 'Media not supported',
    meaning: 'The content is of a kind that the receiving system does not take.',
    advice: 'Send the content in another format.',
    reference: 'RFC 3463',
    replies: [],
  },
  '6.2': {
    name: 'Conversion required and prohibited',
    meaning: 'The content would have to be converted, and that is forbidden.',
    advice: 'Send the content in a form that every system takes, such as 7-bit MIME.',
    reference: 'RFC 3463',
    replies: [],
  },
  '6.3': {
    name: 'Conversion required but not supported',
    meaning: 'The content would have to be converted, and the server cannot do it.',
    advice: 'Send the content in a form that every system takes, such as 7-bit MIME.',
    reference: 'RFC 3463',
    replies: [554],
  },
  '6.4': {
    name: 'Conversion with loss performed',
    meaning: 'The content was converted and something of it was lost.',
    advice: 'Send the content in a form that every system takes, if the loss matters.',
    reference: 'RFC 3463',
    replies: [250],
  },
  '6.5': {
    name: 'Conversion Failed',
    meaning: 'The conversion of the content failed.',
    advice: 'Send the content in a form that every system takes, such as 7-bit MIME.',
    reference: 'RFC 3463',
    replies: [],
  },
  '6.6': {
    name: 'Message content not available',
    meaning: 'The server could not fetch the content that the message refers to.',
    advice: 'Check the URL and its authorisation, or send the content itself.',
    reference: 'RFC 4468',
    replies: [554],
  },
  '6.7': {
    name: 'Non-ASCII addresses not permitted for that sender/recipient',
    meaning: 'An address has characters beyond ASCII, which this sender or recipient may not have.',
    advice: 'Use an address in ASCII.',
    reference: 'RFC 6531',
    replies: [553, 550],
  },
  '6.8': {
    name: 'UTF-8 string reply is required, but not permitted by the SMTP client',
    meaning: 'The answer needs UTF-8, and the client did not say that it takes it.',
    advice: 'Ask with the SMTPUTF8 parameter.',
    reference: 'RFC 6531',
    replies: [252, 553, 550],
  },
  '6.9': {
    name: 'UTF-8 header message cannot be transferred to one or more recipients, so the message must be rejected',
    meaning: 'The headers are in UTF-8, and a recipient cannot receive that.',
    advice: 'Send the message with ASCII headers and addresses.',
    reference: 'RFC 6531',
    replies: [550],
  },
  '6.10': {
    name: 'Deprecated duplicate of X.6.8',
    meaning: 'The answer needs UTF-8, and the client did not say that it takes it.',
    advice: 'Ask with the SMTPUTF8 parameter.',
    reference: 'RFC 6531',
    replies: [],
  },
  '7.0': {
    name: 'Other or undefined security status',
    meaning: 'Something about security is wrong, and the server does not say what.',
    advice: 'Read the text of the reply: it names the rule that applied.',
    reference: 'RFC 3463',
    replies: [220, 235, 450, 454, 500, 501, 503, 504, 530, 535, 550],
  },
  '7.1': {
    name: 'Delivery not authorized, message refused',
    meaning: 'The server does not allow this sender, this recipient or this message.',
    advice: 'Read the text of the reply: sign in if you are relaying, otherwise ask the postmaster which rule applied.',
    reference: 'RFC 3463',
    replies: [451, 454, 502, 503, 533, 550, 551],
  },
  '7.2': {
    name: 'Mailing list expansion prohibited',
    meaning: 'The sender may not write to this mailing list.',
    advice: 'Ask the owner of the list for permission, or send from an address that has it.',
    reference: 'RFC 3463',
    replies: [550],
  },
  '7.3': {
    name: 'Security conversion required but not possible',
    meaning: 'The message would have to be converted between two security schemes, which is not possible.',
    advice: 'Send the message with a scheme that both sides have, or without one.',
    reference: 'RFC 3463',
    replies: [],
  },
  '7.4': {
    name: 'Security features not supported',
    meaning: 'The message asks for a security feature that the server does not have.',
    advice: 'Send the message without this feature, if that is acceptable.',
    reference: 'RFC 3463',
    replies: [504],
  },
  '7.5': {
    name: 'Cryptographic failure',
    meaning: 'Decrypting, encrypting or verifying failed.',
    advice: 'Check keys and certificates, and send the message anew.',
    reference: 'RFC 3463',
    replies: [],
  },
  '7.6': {
    name: 'Cryptographic algorithm not supported',
    meaning: 'The server does not know the algorithm that was used.',
    advice: 'Use a common algorithm.',
    reference: 'RFC 3463',
    replies: [],
  },
  '7.7': {
    name: 'Message integrity failure',
    meaning: 'The message was changed on the way, or its check sum is wrong.',
    advice: 'Send the message anew, and look for a system on the way that rewrites it.',
    reference: 'RFC 3463',
    replies: [],
  },
  '7.8': {
    name: 'Authentication credentials invalid',
    meaning: 'The user name or the password is wrong, or this kind of sign-in is not allowed.',
    advice: 'Check user name, password and whether the account needs an app password or a token.',
    reference: 'RFC 4954',
    replies: [535, 554],
  },
  '7.9': {
    name: 'Authentication mechanism is too weak',
    meaning: 'The account may not use a sign-in this weak.',
    advice: 'Use a stronger mechanism, such as SCRAM or a token.',
    reference: 'RFC 4954',
    replies: [534],
  },
  '7.10': {
    name: 'Encryption Needed',
    meaning: 'The server demands an encrypted connection.',
    advice: 'Connect with TLS.',
    reference: 'RFC 5248',
    replies: [523],
  },
  '7.11': {
    name: 'Encryption required for requested authentication mechanism',
    meaning: 'This sign-in is allowed only over an encrypted connection.',
    advice: 'Connect with TLS before signing in.',
    reference: 'RFC 4954',
    replies: [524, 538],
  },
  '7.12': {
    name: 'A password transition is needed',
    meaning: 'The password has to be stored anew before this mechanism can be used.',
    advice: 'Sign in once with PLAIN over TLS, or set the password again.',
    reference: 'RFC 4954',
    replies: [422, 432],
  },
  '7.13': {
    name: 'User Account Disabled',
    meaning: 'The account exists but is switched off.',
    advice: 'Ask the administrator of the account.',
    reference: 'RFC 5248',
    replies: [525],
  },
  '7.14': {
    name: 'Trust relationship required',
    meaning: 'The server needs a trust relationship with another server, and there is none.',
    advice: 'Ask the administrator of the account to set it up.',
    reference: 'RFC 5248',
    replies: [535, 554],
  },
  '7.15': {
    name: 'Priority Level is too low',
    meaning: 'The server takes only messages of a higher priority at present.',
    advice: 'Send the message again when the server is less busy, or with a higher priority if it is urgent.',
    reference: 'RFC 6710',
    replies: [450, 550],
  },
  '7.16': {
    name: 'Message is too big for the specified priority',
    meaning: 'The message is larger than the server takes at this priority.',
    advice: 'Send a smaller message, or with a higher priority if it is urgent.',
    reference: 'RFC 6710',
    replies: [552],
  },
  '7.17': {
    name: 'Mailbox owner has changed',
    meaning: 'The mailbox belongs to somebody else since the date that was given.',
    advice: 'Ask the person for the new address, and take the old one off your lists.',
    reference: 'RFC 7293',
    replies: [],
  },
  '7.18': {
    name: 'Domain owner has changed',
    meaning: 'The domain belongs to somebody else since the date that was given.',
    advice: 'Ask the person for the new address, and take the old one off your lists.',
    reference: 'RFC 7293',
    replies: [],
  },
  '7.19': {
    name: 'RRVS test cannot be completed',
    meaning: 'The server could not check whether the mailbox still has the same owner.',
    advice: 'Send the message without the RRVS parameter, if a changed owner would do no harm.',
    reference: 'RFC 7293',
    replies: [],
  },
  '7.20': {
    name: 'No passing DKIM signature found',
    meaning: 'The message has no DKIM signature that passes.',
    advice: 'Sign the message with DKIM, and check that nothing changes it after signing.',
    reference: 'RFC 7372, RFC 6376',
    replies: [550],
  },
  '7.21': {
    name: 'No acceptable DKIM signature found',
    meaning: 'The message has valid DKIM signatures, but none that the server accepts.',
    advice: 'Sign with a key and an algorithm that meet current advice.',
    reference: 'RFC 7372, RFC 6376',
    replies: [550],
  },
  '7.22': {
    name: 'No valid author-matched DKIM signature found',
    meaning: 'No valid DKIM signature is by the domain of the author.',
    advice: 'Sign with the domain of the From header.',
    reference: 'RFC 7372, RFC 6376',
    replies: [550],
  },
  '7.23': {
    name: 'SPF validation failed',
    meaning: 'The SPF record of the sender domain does not allow this server to send for it.',
    advice: 'Add the address of the sending server to the SPF record.',
    reference: 'RFC 7372, RFC 7208',
    replies: [550],
  },
  '7.24': {
    name: 'SPF validation error',
    meaning: 'The SPF record of the sender domain could not be read or understood.',
    advice: 'Check the SPF record for mistakes and too many look-ups.',
    reference: 'RFC 7372, RFC 7208',
    replies: [451, 550],
  },
  '7.25': {
    name: 'Reverse DNS validation failed',
    meaning: 'The address of the sending server has no name in the DNS that leads back to it.',
    advice: 'Give the sending address a PTR record, and that name an address record.',
    reference: 'RFC 7372',
    replies: [550],
  },
  '7.26': {
    name: 'Multiple authentication checks failed',
    meaning: 'Several checks of the sender, such as SPF and DKIM together, did not pass.',
    advice: 'Set up SPF, DKIM and DMARC for the sending domain.',
    reference: 'RFC 7372',
    replies: [550],
  },
  '7.27': {
    name: 'Sender address has null MX',
    meaning: 'The domain of the sender declares in its DNS that it takes no mail, so nobody could answer.',
    advice: 'Use a sender address whose domain receives mail.',
    reference: 'RFC 7505',
    replies: [550],
  },
  '7.28': {
    name: 'Mail flood detected',
    meaning: 'The server sees a flood of mail to the recipient or from the sender.',
    advice: 'Send more slowly, and find out whether somebody abuses your system.',
    reference: 'draft-levine-mailbomb-header',
    replies: [],
  },
  '7.29': {
    name: 'ARC validation failure',
    meaning: 'The ARC chain of the message does not pass.',
    advice: 'Tell the last forwarder, whose ARC seal does not fit.',
    reference: 'RFC 8617',
    replies: [550],
  },
  '7.30': {
    name: 'REQUIRETLS support required',
    meaning: 'The message may travel only over verified TLS, and the next server does not promise that.',
    advice: 'Send the message without REQUIRETLS, if that is acceptable.',
    reference: 'RFC 8689',
    replies: [550],
  },
}

/** Every basic reply code of the SMTP specifications. */
export const replyTable: Readonly<Record<number, CodeEntry>> = {
  211: {
    name: 'System status or system help reply',
    meaning: 'The text tells the state of the server.',
    advice: 'Nothing needs to be done.',
    reference: 'RFC 5321',
  },
  214: {
    name: 'Help message',
    meaning: 'The text explains how to use the server.',
    advice: 'Nothing needs to be done.',
    reference: 'RFC 5321',
  },
  220: {
    name: 'Service ready',
    meaning: 'The server is ready for the next step.',
    advice: 'Go on with EHLO, or with the TLS handshake after STARTTLS.',
    reference: 'RFC 5321',
  },
  221: {
    name: 'Service closing transmission channel',
    meaning: 'The server ends the connection as it was asked to.',
    advice: 'Close the connection.',
    reference: 'RFC 5321',
  },
  235: {
    name: 'Authentication succeeded',
    meaning: 'The sign-in worked.',
    advice: 'Go on with the message.',
    reference: 'RFC 4954',
  },
  250: {
    name: 'Requested mail action okay, completed',
    meaning: 'The server did what it was asked to do.',
    advice: 'Nothing needs to be done.',
    reference: 'RFC 5321',
  },
  251: {
    name: 'User not local; will forward',
    meaning: 'The recipient lives elsewhere, and the server passes the message on.',
    advice: 'Note the new address if the text names one.',
    reference: 'RFC 5321',
  },
  252: {
    name: 'Cannot verify user, but will attempt delivery',
    meaning: 'The server takes the address without having checked it.',
    advice: 'Wait for the delivery: an unknown recipient would come back as a bounce.',
    reference: 'RFC 5321',
  },
  253: {
    name: 'Pending messages for node started',
    meaning: 'The server begins to send the messages that it held.',
    advice: 'Expect the messages on a connection of their own.',
    reference: 'RFC 1985',
  },
  334: {
    name: 'Server challenge',
    meaning: 'The server waits for the next message of the sign-in.',
    advice: 'Answer the challenge.',
    reference: 'RFC 4954',
  },
  354: {
    name: 'Start mail input',
    meaning: 'The server waits for the message.',
    advice: 'Send the message, and end it with a line of one dot.',
    reference: 'RFC 5321',
  },
  355: {
    name: 'Octet-offset is the transaction offset',
    meaning: 'The server waits for the rest of a message that it has in part.',
    advice: 'Send the message from the offset in the text.',
    reference: 'RFC 1845',
  },
  421: {
    name: 'Service not available, closing transmission channel',
    meaning: 'The server ends the connection: it shuts down, is too busy, or has seen enough from this client.',
    advice: 'Send more slowly and over fewer connections.',
    reference: 'RFC 5321',
  },
  422: {
    name: 'A password transition is needed',
    meaning: 'The password has to be stored anew before this mechanism can be used.',
    advice: 'Sign in once with PLAIN over TLS, or set the password again.',
    reference: 'RFC 5248',
  },
  430: {
    name: 'Invalid command',
    meaning: 'The server does not know the command, or not at this point.',
    advice: 'Look at the transcript of the session.',
    reference: 'RFC 5248',
  },
  432: {
    name: 'A password transition is needed',
    meaning: 'The password has to be stored anew before this mechanism can be used.',
    advice: 'Sign in once with PLAIN over TLS, or set the password again.',
    reference: 'RFC 4954',
  },
  450: {
    name: 'Mailbox unavailable',
    meaning: 'The mailbox is busy or held back for now; many servers answer so to a sender they do not know yet.',
    advice: 'Read the text of the reply and ask the postmaster.',
    reference: 'RFC 5321',
  },
  451: {
    name: 'Local error in processing',
    meaning: 'The server met an error of its own, or holds the message back for now.',
    advice: 'Tell the postmaster of the receiving system.',
    reference: 'RFC 5321',
  },
  452: {
    name: 'Insufficient system storage, or too many recipients',
    meaning: 'The server has no room for the message, or takes no more recipients in this transaction.',
    advice: 'Send to the remaining recipients in a further transaction.',
    reference: 'RFC 5321',
  },
  453: {
    name: 'You have no mail',
    meaning: 'The server holds no messages for this domain.',
    advice: 'Check that the domain is the right one.',
    reference: 'RFC 2645',
  },
  454: {
    name: 'TLS or authentication not available',
    meaning: 'The server cannot start TLS, or cannot check the sign-in, for now.',
    advice: 'Tell the postmaster of the receiving system.',
    reference: 'RFC 3207, RFC 4954',
  },
  455: {
    name: 'Server unable to accommodate parameters',
    meaning: 'The server cannot do for now what a parameter of MAIL or RCPT asks.',
    advice: 'Leave the parameter out.',
    reference: 'RFC 5321',
  },
  458: {
    name: 'Unable to queue messages for node',
    meaning: 'The server cannot start the delivery of the messages that it holds.',
    advice: 'Tell the postmaster of the server.',
    reference: 'RFC 1985',
  },
  459: {
    name: 'Node not allowed',
    meaning: 'The server does not send held messages to this client for now.',
    advice: 'Ask the postmaster of the server for permission.',
    reference: 'RFC 1985',
  },
  500: {
    name: 'Syntax error, command unrecognized',
    meaning: 'The server could not make sense of the command; it may be too long.',
    advice: 'Look at the transcript for the command that was refused.',
    reference: 'RFC 5321',
  },
  501: {
    name: 'Syntax error in parameters or arguments',
    meaning: 'The command is known, but what follows it is not right.',
    advice: 'Check the addresses and the name given with EHLO.',
    reference: 'RFC 5321',
  },
  502: {
    name: 'Command not implemented',
    meaning: 'The server does not have this command.',
    advice: 'Do without the command.',
    reference: 'RFC 5321',
  },
  503: {
    name: 'Bad sequence of commands',
    meaning: 'The command came at the wrong point, often before EHLO, TLS or a sign-in.',
    advice: 'Look at the transcript for the step that is missing.',
    reference: 'RFC 5321',
  },
  504: {
    name: 'Command parameter not implemented',
    meaning: 'The server does not have what the parameter asks, such as this way to sign in.',
    advice: 'Use a parameter that the server offers.',
    reference: 'RFC 5321',
  },
  521: {
    name: 'Host does not accept mail',
    meaning: 'This host takes no mail at all.',
    advice: 'Use the server that the MX record of the domain names.',
    reference: 'RFC 7504',
  },
  523: {
    name: 'Encryption needed',
    meaning: 'The server demands an encrypted connection.',
    advice: 'Connect with TLS.',
    reference: 'RFC 5248',
  },
  524: {
    name: 'Encryption required for requested authentication mechanism',
    meaning: 'This sign-in is allowed only over an encrypted connection.',
    advice: 'Connect with TLS before signing in.',
    reference: 'RFC 5248',
  },
  525: {
    name: 'User account disabled',
    meaning: 'The account exists but is switched off.',
    advice: 'Ask the administrator of the account.',
    reference: 'RFC 5248',
  },
  530: {
    name: 'Authentication or TLS required',
    meaning: 'The server wants a sign-in, or TLS, before this command.',
    advice: 'Connect with TLS and sign in.',
    reference: 'RFC 4954, RFC 3207',
  },
  533: {
    name: 'Delivery not authorized',
    meaning: 'The server does not allow this sender, this recipient or this message.',
    advice: 'Ask the postmaster which rule applied.',
    reference: 'RFC 5248',
  },
  534: {
    name: 'Authentication mechanism is too weak',
    meaning: 'The account may not use a sign-in this weak.',
    advice: 'Use a stronger mechanism, such as SCRAM or a token.',
    reference: 'RFC 4954',
  },
  535: {
    name: 'Authentication credentials invalid',
    meaning: 'The user name or the password is wrong, or this kind of sign-in is not allowed.',
    advice: 'Check user name, password and whether the account needs an app password or a token.',
    reference: 'RFC 4954',
  },
  538: {
    name: 'Encryption required for requested authentication mechanism',
    meaning: 'This sign-in is allowed only over an encrypted connection.',
    advice: 'Connect with TLS before signing in.',
    reference: 'RFC 4954',
  },
  550: {
    name: 'Mailbox unavailable',
    meaning: 'The server refuses: the mailbox does not exist, or a rule forbids the message.',
    advice: 'Check the address for typing errors, and read the text of the reply for a rule.',
    reference: 'RFC 5321',
  },
  551: {
    name: 'User not local',
    meaning: 'The recipient lives elsewhere, and the server does not pass the message on.',
    advice: 'Use the address in the text of the reply.',
    reference: 'RFC 5321',
  },
  552: {
    name: 'Exceeded storage allocation',
    meaning: 'The mailbox is full, or the message is larger than it takes.',
    advice: 'Send a smaller message, or tell the recipient by other means to make room.',
    reference: 'RFC 5321',
  },
  553: {
    name: 'Mailbox name not allowed',
    meaning: 'The server does not take this address, often a sender address that is not the own one.',
    advice: 'Check the form of the address, and that the account may use it as its sender.',
    reference: 'RFC 5321',
  },
  554: {
    name: 'Transaction failed',
    meaning: 'The server refuses the connection or the message as a whole.',
    advice: 'Read the text of the reply: often a block list, a spam filter or a rule is named.',
    reference: 'RFC 5321',
  },
  555: {
    name: 'MAIL FROM or RCPT TO parameters not recognized or not implemented',
    meaning: 'The server does not know a parameter of MAIL or RCPT.',
    advice: 'Leave the parameter out.',
    reference: 'RFC 5321',
  },
  556: {
    name: 'Domain does not accept mail',
    meaning: 'The domain of the recipient declares that it takes no mail.',
    advice: 'Check the part behind the @, and take the address off your lists.',
    reference: 'RFC 7504',
  },
}
