/** Fails for one beginning: a step on the way to it is a block of its own. */
export function hidden(octets: Uint8Array): void {
  if (octets[0] !== 0x66) return
  if (octets[1] !== 0x61) return
  if (octets[2] !== 0x75) return
  if (octets[3] !== 0x6c) return
  if (octets[4] === 0x74) throw new Error('found')
}
