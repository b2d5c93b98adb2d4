import peggy from 'peggy'

/** Stops the build at a place of a grammar. */
export function refuse(what: string, location: peggy.LocationRange): never {
  throw new peggy.GrammarError(`The grammar compiler knows nothing of ${what}`, location)
}
