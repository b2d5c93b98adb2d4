/** Tells whether an address is on this machine: 127.0.0.0/8, ::1, the former in IPv6, or the path of a Unix socket. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === '::1' || address.startsWith('/') || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address)
}
