/** The grammars against the ABNF of the RFCs: every sentence is accepted, every mutation gets the same verdict. */
import { describe, expect, it, vi } from 'vitest'
import { parsers } from '../examples.ts'
import { alphabet, mutated, randomFrom } from '../random.ts'
import { amended } from './abnf.ts'

// Many inputs, and machines are slow at times.
vi.setConfig({ testTimeout: 60_000 })

const abnf = amended(['rfc5321.abnf', 'others.abnf'], 'amendments.abnf')
const sentences = 1500
const mutations = 4000

describe.each<[rule: string, grammar: string, startRule: string]>([
  ['Reply-line', 'reply', 'ReplyLine'],
  ['Greeting', 'reply', 'Greeting'],
  ['ehlo-ok-rsp', 'ehlo', 'EhloOkRsp'],
  ['ehlo-line', 'ehlo', 'EhloLine'],
  ['status-code', 'status', 'StatusCode'],
  ['Reverse-path', 'path', 'ReversePath'],
  ['rcpt-path', 'path', 'ForwardPath'],
  ['Mailbox', 'path', 'Mailbox'],
  ['Domain', 'path', 'Domain'],
  ['address-literal', 'path', 'AddressLiteral'],
  ['command', 'command', 'Command'],
  ['mailbox-domain', 'command', 'EhloDomain'],
  ['esmtp-param', 'command', 'EsmtpParam'],
  ['esmtp-keyword', 'command', 'EsmtpKeyword'],
  ['esmtp-value', 'command', 'EsmtpValue'],
  ['String', 'command', 'String'],
  ['sasl-mech', 'command', 'SaslMech'],
  ['initial-response', 'command', 'InitialResponse'],
  ['base64', 'command', 'Base64'],
  ['etrn-node', 'command', 'EtrnNode'],
  ['absolute-URI', 'command', 'AbsoluteUri'],
  ['attribute-name', 'command', 'AttributeName'],
  ['xtext', 'command', 'Xtext'],
])('%s', (rule, grammar, startRule) => {
  const random = randomFrom(0x5234)
  // The command lines of the RFC have line ends, those of the grammar have not.
  const end = rule === 'command' ? '\r\n' : ''
  const made = Array.from({ length: sentences }, () => sentence()).filter(derives)

  it('derives what it makes, but for the few that a condition takes out', () => {
    expect(made.length).toBeGreaterThan(sentences * 0.95)
  })

  it('makes only sentences that the grammar accepts', () => {
    for (const text of made) if (!accepts(text)) expect.fail(`refused: ${JSON.stringify(text)}`)
  })

  it('agrees with the grammar on mutations', () => {
    let derived = 0
    for (let count = 0; count < mutations; count++) {
      const text = mutated(random, made, alphabet)
      const verdict = derives(text)
      if (verdict) derived++
      if (verdict !== accepts(text)) expect.fail(`${verdict ? 'refused' : 'accepted'}: ${JSON.stringify(text)}`)
      if (abnf.apgAccepts(rule, text + end) && !abnf.accepts(rule, text + end)) {
        expect.fail(`accepted by APG alone: ${JSON.stringify(text)}`)
      }
    }
    // Else the mutations would be too coarse to tell anything.
    expect(derived).toBeGreaterThan(mutations / 20)
    expect(derived).toBeLessThan(mutations * 0.95)
  })

  function sentence(): string {
    const text = abnf.sentence(rule, random)
    return ofOneCode(text.slice(0, text.length - end.length))
  }

  function derives(text: string): boolean {
    return abnf.accepts(rule, text + end) && (rule !== 'Reply-line' || hasOneCode(text))
  }

  function accepts(text: string): boolean {
    return parsers[grammar]?.match(text, startRule) !== undefined
  }
})

/** Tells whether all lines of a reply begin with the same code (RFC 5321 section 4.2.1). */
function hasOneCode(text: string): boolean {
  return text.split('\r\n').every((line) => line === '' || line.startsWith(text.slice(0, 3)))
}

/** Gives all lines of a reply the code of the first. */
function ofOneCode(text: string): string {
  return text.replace(/(?<=\r\n)[2-5][0-5][0-9](?=[ \r-])/g, text.slice(0, 3))
}
