import type { Delivery, SmtpError, SmtpPhase } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'

/** A message on its way: every command that carries it forward shares its fate. */
export interface Transaction {
  delivery: Delivery
}

/** A command line without its line end, and the phase that its reply belongs to. The greeting answers no command. */
export interface Line {
  readonly text: string | undefined
  readonly phase: SmtpPhase
}

/** What came of commands that left together: the replies up to the end of the channel, and what ended it before the last. */
export interface Answers {
  readonly replies: readonly Reply[]
  readonly error: SmtpError | undefined
}

/** The replies to commands that left together, while they are owed. */
export class Owed {
  readonly transaction: Transaction
  /** The chunk that was being read when the commands left: no reply of theirs can be in it. */
  readonly since: number
  readonly answers: Promise<Answers>
  /** The phase of a command that is still being written, so that only a refusal can answer it yet. */
  writing: SmtpPhase | undefined
  /** Is told at once of a refusal that comes while the command is being written. */
  onEarly: ((refusal: Reply) => void) | undefined
  readonly #lines: readonly Line[]
  readonly #replies: Reply[] = []
  #settle: (answers: Answers) => void = () => {}

  constructor(lines: readonly Line[], transaction: Transaction, since: number, writing: SmtpPhase | undefined) {
    this.#lines = lines
    this.transaction = transaction
    this.since = since
    this.writing = writing
    this.answers = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** The command whose reply is due next. */
  get due(): Line | undefined {
    return this.#lines[this.#replies.length]
  }

  /** The phase of the reply that is due next. */
  get phase(): SmtpPhase {
    return this.writing ?? this.due?.phase ?? 'idle'
  }

  /** The command that the reply which is due next answers. */
  get command(): string | undefined {
    return this.due?.text
  }

  /** Whether no more replies are due. */
  get done(): boolean {
    return this.due === undefined
  }

  /** Takes the reply that was due, up to so many `times` for commands of one phase; tells how many it has taken. */
  take(reply: Reply, times: number): number {
    const phase = this.due?.phase
    let taken = 0
    do {
      this.#replies.push(reply)
      taken++
    } while (taken < times && this.due?.phase === phase)
    if (this.done) this.#settle({ replies: this.#replies, error: undefined })
    return taken
  }

  /** Says that no further reply will come. */
  fail(error: SmtpError): void {
    this.#settle({ replies: this.#replies, error })
  }
}

/** Returns the only reply to a command that left alone. */
export function onlyReply(answers: Promise<Answers>): Promise<Reply> {
  return answers.then(firstOf)
}

function firstOf({ replies, error }: Answers): Reply {
  const [reply] = replies
  if (reply === undefined) throw error
  return reply
}
