import { type Reply, withLines } from '../protocol/reply.ts'
import { masked } from '../protocol/secret.ts'
import { secretForms } from '../protocol/secret-forms.ts'

// Shorter ones would blank ordinary text.
const shortest = 4
// A server may repeat the beginning of a line and cut the rest off: as much of it is taken for more than chance.
const beginning = 8

/** Remembers what must not be printed and blanks it, also where a server echoes it, in whatever form. */
export class SecretMask {
  readonly #literals = new Set<string>()
  readonly #forms = new Set<string>()
  #pattern: RegExp | undefined

  /** Hides a secret and every form of it from now on. */
  add(secret: string): void {
    this.#remember(secret, secretForms(secret))
  }

  /** Hides a text that has a secret in it, such as a whole response in base64. */
  addText(text: string): void {
    this.#remember(text, [text])
  }

  /** Returns the text with every secret blanked. */
  text(text: string): string {
    if (this.#forms.size === 0) return text
    this.#pattern ??= patternOf(this.#forms)
    let blanked = text.replace(this.#pattern, masked)
    for (const literal of this.#literals) blanked = withoutBeginnings(blanked, literal)
    return blanked
  }

  /** Returns the reply with every secret blanked: the same object where there is none. */
  reply(reply: Reply): Reply {
    if (this.#forms.size === 0) return reply
    const text = this.text(reply.text)
    return text === reply.text ? reply : withLines(reply, text.split('\n'))
  }

  #remember(literal: string, forms: readonly string[]): void {
    if (literal.length < shortest || this.#forms.has(literal)) return
    this.#literals.add(literal)
    for (const form of forms) if (form.length >= shortest) this.#forms.add(form)
    this.#pattern = undefined
  }
}

/** The longest first: blanking a part of another secret would show the rest of it. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
}

/** Blanks what a secret begins with, as far as the text goes on like it. */
function withoutBeginnings(text: string, literal: string): string {
  if (literal.length <= beginning) return text
  const start = literal.slice(0, beginning)
  let blanked = text
  for (let at = blanked.indexOf(start); at >= 0; at = blanked.indexOf(start, at + masked.length)) {
    let end = at + beginning
    while (end < blanked.length && blanked[end] === literal[end - at]) end++
    blanked = blanked.slice(0, at) + masked + blanked.slice(end)
  }
  return blanked
}
