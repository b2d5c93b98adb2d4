/** Tells whether a missing program is a failure rather than a reason to skip what needs it. */
export function inCi(): boolean {
  const ci = process.env['CI'] ?? ''
  return ci !== '' && ci !== 'false' && ci !== '0'
}
