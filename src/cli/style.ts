import { styleText } from 'node:util'

/** Colours a text, where there are colours. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

/** Gives colours to a terminal that has them, and leaves text alone for everything else. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  // hasColors() knows NO_COLOR and what the terminal can do.
  const colours = stream.isTTY && stream.hasColors()
  return (style, text) => (colours && text !== '' ? styleText(style, text, { validateStream: false }) : text)
}
