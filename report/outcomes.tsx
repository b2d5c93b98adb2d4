import type { JSX } from 'preact'
import { count, share } from '../src/cli/format.ts'
import type { Outcomes } from '../src/logs/summary/outcomes.ts'

/** Ways a message can go, in the order in which they are drawn, with their names. */
export const ways: readonly (readonly [way: keyof Outcomes, name: string])[] = [
  ['delivered', 'Delivered'],
  ['deferred', 'Deferred'],
  ['failed', 'Failed'],
  ['expired', 'Expired'],
  ['rejected', 'Refused here'],
]

/** Sums up outcomes. */
export function sum(outcomes: Readonly<Outcomes>): number {
  return ways.reduce((total, [way]) => total + outcomes[way], 0)
}

/** Says outcomes in words, such as `12 delivered, 3 failed`. */
export function inWords(outcomes: Readonly<Outcomes>): string {
  return ways
    .filter(([way]) => outcomes[way] > 0)
    .map(([way, name]) => `${count(outcomes[way])} ${name.toLowerCase()}`)
    .join(', ')
}

/** Draws outcomes as one bar whose parts are their shares; `of` is what the full width stands for. */
export function Bar({ outcomes, of }: { readonly outcomes: Readonly<Outcomes>; readonly of?: number }): JSX.Element {
  const whole = of ?? sum(outcomes)
  const parts = ways.filter(([way]) => outcomes[way] > 0)
  return (
    <span class="bar" role="img" aria-label={inWords(outcomes)}>
      {parts.map(([way, name]) => (
        <span
          key={way}
          class={`part ${way}`}
          style={{ width: `${(100 * outcomes[way]) / whole}%` }}
          title={`${name}: ${count(outcomes[way])} (${share(outcomes[way], sum(outcomes))})`}
        />
      ))}
    </span>
  )
}

/** Tells which colour is which. */
export function Legend({ outcomes }: { readonly outcomes: Readonly<Outcomes> }): JSX.Element {
  return (
    <ul class="legend">
      {ways
        .filter(([way]) => outcomes[way] > 0)
        .map(([way, name]) => (
          <li key={way}>
            <span class={`swatch ${way}`} /> {name}
          </li>
        ))}
    </ul>
  )
}
