#!/usr/bin/env node
/** `rxsmtp`: what this library can do for those who run mail and do not write programs. */
import { exitCodes, tellFailure, usageError } from './failure.ts'
import { version } from './version.ts'

const help = `Usage: rxsmtp COMMAND [options]

Commands:
  logs          what became of the mail in logs, and why; see rxsmtp logs --help

  -h, --help    this text
  --version     the version of rxsmtp
`

// A reader such as head may have seen enough: that is no fault, and nothing is left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.io),
)
process.stderr.on('error', () => {})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = tellFailure(error)
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'logs': {
      const { logs } = await import('./logs/command.ts')
      return logs(args)
    }
    case '--version':
      process.stdout.write(`${version()}\n`)
      return exitCodes.ok
    case '-h':
    case '--help':
      process.stdout.write(help)
      return exitCodes.ok
    case undefined:
      throw usageError('what is to be done? The commands are: logs')
    default:
      throw usageError(`there is no ${command.startsWith('-') ? 'option' : 'command'} ${command}`)
  }
}
