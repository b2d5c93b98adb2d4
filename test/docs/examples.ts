/**
 * Finds the examples in documentation and docstrings, and makes a module of each.
 *
 * In markdown every `ts` block is a whole module; one marked `ts no-run` is type-checked and not run. In docstrings the
 * text behind `@example` finds all public names imported. In both, a line of the form `expression // value` is a claim:
 * running the example checks it.
 */

/** One example as a TypeScript module, whose line numbers are those of the file it is from. */
export interface Example {
  /** Such as `docs/errors.md:12`. */
  readonly name: string
  readonly module: string
  readonly runs: boolean
  readonly claims: number
}

/** Finds the `ts` blocks of a markdown file. */
export function examplesInMarkdown(path: string, text: string): Example[] {
  return [...text.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map(({ index, 1: mark, 2: code = '' }) =>
    example({ path, line: lineAt(text, index) + 1, prelude: '', code, runs: mark === undefined }),
  )
}

/** Finds the `@example` of every public declaration of a source file; `names` are the public ones by subpath. */
export function examplesInSource(path: string, text: string, names: Readonly<Record<string, string[]>>): Example[] {
  const isPublic = new Set(Object.values(names).flat())
  const prelude = [
    ...Object.entries(names).map(([subpath, all]) => `import { ${all.join(', ')} } from '${subpath}';`),
    "import { map } from 'rxjs';",
    "const message = 'Subject: hi\\n\\nHello\\n';",
    ...Object.values(placeholders),
  ].join(' ')
  const documented = /^\/\*\*\n((?: \*.*\n)+?) \*\/\nexport (?:async )?(?:const|function|class|interface|type) (\w+)/gm
  return [...text.matchAll(documented)].flatMap(({ index, 1: comment = '', 2: name = '' }) => {
    const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''))
    const from = lines.indexOf('@example') + 1
    if (from === 0 || !isPublic.has(name)) return []
    const to = lines.findIndex((line, at) => at >= from && line.startsWith('@'))
    const code = lines.slice(from, to < 0 ? lines.length : to).join('\n')
    const runs = !Object.keys(placeholders).some((word) => code.includes(word))
    return [example({ path, line: lineAt(text, index) + 1 + from, prelude, code, runs })]
  })
}

// What the reader of a docstring has at hand, and a test has not: it has a type and no value.
const placeholders: Readonly<Record<string, string>> = {
  socket: 'declare const socket: Socket;',
  session$: "declare const session$: import('rxjs').Observable<Session<'ready'>>;",
  'queue.': 'declare const queue: unknown[];',
  'error.': 'declare const error: unknown;',
  forget: 'declare function forget(recipient: string): void;',
}

interface Found {
  readonly path: string
  readonly line: number
  readonly prelude: string
  readonly code: string
  readonly runs: boolean
}

function example({ path, line, prelude, code, runs }: Found): Example {
  let claims = 0
  const checked = code.replace(
    /^( *)(?!\/\/)([\w'"`[(].*\S) \/\/ (\S.*)$/gm,
    (whole, indent: string, expression: string, value: string) => {
      if (/^(?:const|let|if|for|return|throw|import|export|type)\b/.test(expression) || !isLiteral(value)) return whole
      claims++
      return `${indent}claim$(${expression}, ${value})`
    },
  )
  const helper =
    "import { deepStrictEqual } from 'node:assert'; const claim$ = (is: unknown, said: unknown) => deepStrictEqual(is, said);"
  return {
    name: `${path}:${line}`,
    module: `${prelude}${claims > 0 && runs ? helper : ''} export {};${'\n'.repeat(line - 1)}${runs ? checked : code}`,
    runs,
    claims: runs ? claims : 0,
  }
}

/** Tells whether a comment is a value that can be compared with. */
function isLiteral(text: string): boolean {
  if (!/^(?:['"`[{\d-]|true$|false$|undefined$|null$)/.test(text)) return false
  try {
    new Function(`return (${text})`)()
    return true
  } catch {
    return false
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
