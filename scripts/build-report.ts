/**
 * Makes the page of reports, `report/`, into one script and one style sheet, and writes both into
 * `src/cli/report/assets.ts`: a report is one file, and needs nothing of `node_modules` to be made.
 */
import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const target = 'src/cli/report/assets.ts'

const { outputFiles } = await build({
  entryPoints: ['report/main.tsx'],
  bundle: true,
  write: false,
  outdir: 'report',
  format: 'iife',
  minify: true,
  target: ['chrome111', 'firefox113', 'safari16.4'],
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  // Those of Preact and uPlot have to be named wherever their code is.
  legalComments: 'inline',
})

const textOf = (ending: string): string => {
  const file = outputFiles.find(({ path }) => path.endsWith(ending))
  if (file === undefined) throw new Error(`no ${ending} was made of report/main.tsx`)
  return file.text.trim()
}

writeFileSync(
  target,
  `// Made by scripts/build-report.ts; edit report/ instead.

/** The script of a report. */
export const script: string = ${JSON.stringify(textOf('.js'))}

/** Its style sheet. */
export const style: string = ${JSON.stringify(textOf('.css'))}
`,
)
