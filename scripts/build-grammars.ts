/** Makes the parsers in `src/grammar` out of the grammars in `grammar`. */
import { readFileSync, writeFileSync } from 'node:fs'
import peggy from 'peggy'
import { compileGrammar, type GrammarFile, type Results } from './grammar/compile.ts'
import type { Purpose } from './grammar/facts.ts'

/** The grammars, their start rules and what those build. */
export const grammars: Readonly<Record<string, Results>> = {
  reply: { ReplyLine: 'ReplyNode', Greeting: 'GreetingNode' },
  ehlo: { EhloOkRsp: 'EhloOkRspNode', EhloLine: 'EhloLineNode' },
  status: { StatusCode: 'StatusNode' },
  path: {
    ReversePath: 'PathNode',
    ForwardPath: 'PathNode',
    Mailbox: 'MailboxNode',
    Domain: 'string',
    AddressLiteral: 'DomainNode',
  },
  command: {
    Command: 'CommandNode',
    EhloDomain: 'string',
    EsmtpParam: 'EsmtpParamNode',
    EsmtpKeyword: 'string',
    EsmtpValue: 'string',
    String: 'string',
    SaslMech: 'string',
    InitialResponse: 'string',
    Base64: 'string',
    EtrnNode: 'string',
    AbsoluteUri: 'string',
    AttributeName: 'string',
    Xtext: 'string',
  },
  'logs/head': { Head: 'HeadNode', Tag: 'TagNode' },
  'logs/reply': {
    Wire: 'LoggedReplyNode',
    Escaped: 'LoggedReplyNode',
    Flattened: 'LoggedReplyNode',
    FirstStatus: 'StatusNode',
  },
  'logs/postfix': {
    Message: 'PostfixNode',
    Told: 'PostfixNode | null',
    Notice: 'NoticeNode',
    Explanation: 'ExplanationNode',
    Peer: 'HostNode',
    Delays: 'DelaysNode',
    Counters: 'PairsNode',
    Session: 'PairsNode',
  },
  'logs/dsn': {
    Content: 'FieldNode[][]',
    Typed: 'TypedNode',
    StatusField: 'StatusNode',
    Action: 'string',
    Moment: 'string',
    Utf8Address: 'string',
  },
  'logs/exim': {
    Message: 'EximNode',
    Notice: 'NoticeNode',
    Dated: 'DatedNode',
    Piece: 'PieceNode',
    Explanation: 'EximExplanationNode',
  },
  'logs/sendmail': {
    Message: 'SendmailNode',
    Stat: 'StatNode',
    Reason: 'ReasonNode',
    Delay: 'number',
    Relay: 'EndpointNode',
  },
  'logs/opensmtpd': { Message: 'OpenSmtpdNode', Relay: 'EndpointNode', Delay: 'number' },
  'logs/qmail': { Message: 'QmailNode', Seconds: 'DatedNode', Report: 'ReportNode' },
  'logs/courier': { Message: 'CourierNode', Delivered: 'HostNode', Reason: 'ReasonNode' },
  'logs/haraka': { Line: 'HarakaLineNode', Message: 'HarakaNode' },
  'logs/csv': { Record: 'readonly string[]' },
  'logs/transcript': { Line: 'TranscriptNode', Note: 'string', Command: 'TranscriptCommandNode' },
}

/** What a grammar takes from others beside `core`. */
const shares: Readonly<Record<string, readonly string[]>> = {
  reply: ['status'],
  command: ['path'],
  'logs/reply': ['status'],
  'logs/dsn': ['status'],
}

/** Returns the files that make up a grammar. */
export function filesOf(name: string): GrammarFile[] {
  const shared = [...(shares[name] ?? []), 'core'].map((other) => ({ ...grammarFile(other), shared: true }))
  return [grammarFile(name), ...shared]
}

/** Writes every parser that changed. */
function main(): void {
  for (const [name, results] of Object.entries(grammars)) {
    const files = filesOf(name)
    try {
      const text = compileGrammar(files, results, purposeOf(name))
      writeIfChanged(new URL(`../src/grammar/${name}.ts`, import.meta.url), text)
    } catch (error) {
      if (!(error instanceof peggy.GrammarError || error instanceof peggy.parser.SyntaxError)) throw error
      console.error(error.format([...files]))
      process.exitCode = 1
    }
  }
}

/** Tells what a parser is for. Lines of logs are tried as this and that: nobody asks why one does not fit. */
export function purposeOf(name: string): Purpose {
  return name.startsWith('logs/') ? 'match' : 'parse'
}

function grammarFile(name: string): GrammarFile {
  const source = `grammar/${name}.peggy`
  return { source, text: readFileSync(new URL(`../${source}`, import.meta.url), 'utf8') }
}

function writeIfChanged(file: URL, text: string): void {
  if (text !== readFileSync(file, { encoding: 'utf8', flag: 'a+' })) writeFileSync(file, text)
}

if (process.argv[1] === import.meta.filename) main()
