import { EXIT, type ExitCode } from '../../base/exit-codes.js'

/** A command cannot be done, by the gateway or for want of one; the message says why. */
export class Unreachable extends Error {
  readonly code: ExitCode

  constructor(message: string, code: ExitCode = EXIT.unavailable) {
    super(message)
    this.code = code
  }
}

/** No gateway answers there. */
export class NoGateway extends Unreachable {
  /** @param url without what was asked */
  constructor(
    readonly url: string,
    readonly reason: string,
  ) {
    super(`no gateway answers at ${url}: ${reason}; start it with greengauge run`)
  }
}
