import { styleText } from 'node:util'

/** Colours a text, where there are colours. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

/** Gives colours to a terminal that has them, and leaves text alone for everything else, such as a `file`. */
export function paintFor(file: string | undefined): Paint {
  // hasColors() knows NO_COLOR and what the terminal can do.
  const colours = file === undefined && process.stdout.isTTY && process.stdout.hasColors()
  return (style, text) => (colours && text !== '' ? styleText(style, text, { validateStream: false }) : text)
}

/** How many columns of characters a text may have that goes to standard output, or to a `file`. */
export function widthFor(file: string | undefined): number {
  return file === undefined && process.stdout.isTTY ? process.stdout.columns : 120
}
