import { EXIT, type ExitCode } from './base/exit-codes.js'

/** A command cannot be done, by the gateway or for want of one; the message says why. */
export class Unreachable extends Error {
  readonly code: ExitCode

  constructor(message: string, code: ExitCode = EXIT.unavailable) {
    super(message)
    this.code = code
  }
}
