import type { ProblemError } from '../../views/problem.js'

/** Form of a question to the owner of a partition, and of its answer, on NATS. */

/** JSON; what is bytes in an argument or an answer is base64 there. */
export interface OwnerRequest {
  readonly method: string
  readonly args: readonly unknown[]
}

/** `packed`. `not_now` is a `NotNow` of the owner. */
export type OwnerReply =
  | { readonly answer: unknown }
  | { readonly problem: Pick<ProblemError, 'status' | 'fault' | 'retryAfterS'> & { readonly detail: string } }
  | { readonly not_now: string }

export function problemOf({ status, message, fault, retryAfterS }: ProblemError): OwnerReply {
  return {
    problem: {
      status,
      detail: message,
      ...(fault === undefined ? {} : { fault }),
      ...(retryAfterS === undefined ? {} : { retryAfterS }),
    },
  }
}
