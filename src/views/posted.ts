import { ProblemError } from './problem.js'

/** Parts that routes which take something in have in common. */

/** The body as JSON; none is an empty object. Throws the 400 for what is no JSON. */
export async function readJson(request: { body: unknown }): Promise<void> {
  const text = Buffer.isBuffer(request.body) ? request.body.toString() : ''
  try {
    request.body = text === '' ? {} : JSON.parse(text)
  } catch {
    throw new ProblemError(400, 'The body is not JSON.')
  }
}

/** The 503 for what has not come through the journal in time. */
export function notTaken(): ProblemError {
  return new ProblemError(
    503,
    'The journal cannot take it now; it may still be taken, so look before you send it again. /readyz?verbose says why.',
  )
}
