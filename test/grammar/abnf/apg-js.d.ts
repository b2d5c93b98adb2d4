/** What the cross-check uses of apg-js, which comes without types. */
declare module 'apg-js' {
  /** One operator of a compiled rule; which members there are depends on its type. */
  interface Opcode {
    readonly type: number
    /** Indices of operands, of alternatives and concatenations. */
    readonly children?: readonly number[]
    /** Bounds of repetitions and of character ranges. */
    readonly min?: number
    readonly max?: number
    /** Number of the rule that is called. */
    readonly index?: number
    /** Codes of a literal; lower case where case does not matter. */
    readonly string?: readonly number[]
  }

  interface Rule {
    readonly name: string
    readonly opcodes: readonly Opcode[]
  }

  class Api {
    constructor(abnf: string)
    readonly errors: readonly { readonly line: number; readonly msg: string }[]
    readonly rules: readonly Rule[]
    generate(strict?: boolean): void
    toObject(): object
  }

  class Parser {
    parse(grammar: object, startRule: string, input: readonly number[]): { readonly success: boolean }
  }

  const apg: {
    readonly apgApi: typeof Api
    readonly apgLib: { readonly parser: typeof Parser; readonly ids: Readonly<Record<string, number>> }
  }
  export default apg
  export type { Opcode, Rule }
}
