/** One thing to fuzz. */
export interface Target {
  /** Its name on the command line and in `fuzz/corpus`. */
  readonly name: string
  /** Words to build inputs from, beside what the corpus has. */
  readonly words: readonly string[]
  /**
   * Tries one input.
   *
   * @throws whatever is no answer to it: a typed error is one and is caught here.
   */
  run(octets: Uint8Array): void | Promise<void>
}
