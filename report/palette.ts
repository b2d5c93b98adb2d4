import { useEffect, useState } from 'preact/hooks'

/** Colours of what is drawn on a canvas, where style sheets do not reach. */
export interface Palette {
  readonly delivered: string
  readonly deferred: string
  readonly failed: string
  readonly expired: string
  readonly rejected: string
  readonly line: string
  readonly grid: string
  readonly text: string
}

/** Gives the colours that the style sheet has at present, and again when they change. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(current)
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const print = matchMedia('print')
    const update = (): void => setPalette(current())
    dark.addEventListener('change', update)
    print.addEventListener('change', update)
    return () => {
      dark.removeEventListener('change', update)
      print.removeEventListener('change', update)
    }
  }, [])
  return palette
}

function current(): Palette {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    delivered: colour('delivered'),
    deferred: colour('deferred'),
    failed: colour('failed'),
    expired: colour('expired'),
    rejected: colour('rejected'),
    line: colour('accent'),
    grid: colour('border'),
    text: colour('muted'),
  }
}
