// For examples: whoever connects to a mail port, of mx.example or any other host, gets a server of the test's.
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

const ports = JSON.parse(process.env.MX_EXAMPLE_PORTS)
const { connect } = net

net.connect = (options) => {
  const port = ports[options.port]
  if (port === undefined) throw new Error(`no server of the test's stands for port ${options.port}`)
  return connect({ host: '127.0.0.1', port })
}
syncBuiltinESMExports()
