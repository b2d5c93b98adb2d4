/** Lines of code with their indentation, and names that stand in nobody's way. */
export class Lines {
  readonly #lines: string[] = []
  #count = 0
  #depth = 1

  get text(): string {
    return this.#lines.join('\n')
  }

  add(line: string): void {
    if (line !== '') this.#lines.push('  '.repeat(this.#depth) + line)
  }

  block(head: string, inside: () => void): void {
    this.add(`${head}{`)
    this.#depth++
    inside()
    this.#depth--
    this.add('}')
  }

  /** Declares a variable under a fresh name. */
  variable(prefix: string, value: string): string {
    const name = this.name(prefix)
    this.add(`let ${name} = ${value}`)
    return name
  }

  name(prefix: string): string {
    this.#count++
    return `${prefix}${this.#count}`
  }
}
