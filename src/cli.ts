#!/usr/bin/env node
import { CommanderError } from 'commander'
import { EXIT } from './base/exit-codes.js'
import { UnfitData } from './base/unfit-data.js'
import { program } from './commands/program.js'
import { UnreadableFile } from './program/named-file.js'
import { complain, isLogged } from './program/output.js'
import { explained } from './program/system-error.js'
import { LOCKED } from './runtime/data-dir.js'

/** Parses the command line, and says how what went wrong is told and with which exit code it ends. */

program.parseAsync().catch((error: unknown) => {
  if (error instanceof UnfitData) {
    complain(`error: ${error.message}`)
    process.exitCode = EXIT.badData
  } else if (error instanceof UnreadableFile) {
    complain(`error: ${error.message}`)
    process.exitCode = error.exit
  } else if (error instanceof CommanderError) {
    // Help that was asked for is an answer; everything else that commander refuses is a wrong call.
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  } else if ((error as NodeJS.ErrnoException).code === LOCKED) {
    complain(`error: ${(error as Error).message}`)
    process.exitCode = EXIT.unavailable
  } else {
    const why = explained(error)
    if (why === null) return endInFault(error)
    complain(`error: ${why.line}`)
    process.exitCode = why.exit
  }
})

/** A fault of the program, with where it happened: a line of the log where there is one, else as Node.js prints it. */
function endInFault(error: unknown): never {
  if (!isLogged() || !(error instanceof Error)) throw error
  complain(`error: ${error.stack ?? error.message}`)
  process.exit(EXIT.software)
}
