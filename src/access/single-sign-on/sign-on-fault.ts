import type { SignOnFaultKind } from '../../base/sign-on-faults.js'

/** Nobody is signed in; the message is for the log and the audit log, and holds no secret. */
export class SignOnFault extends Error {
  constructor(
    readonly kind: SignOnFaultKind,
    message: string,
    /** Person whom the provider has proved, though they have no role any more. */
    readonly subject: string | null = null,
  ) {
    super(message)
  }
}
