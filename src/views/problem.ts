import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'

/** RFC 9457 §3.1, with our own members for a parameter that was refused. */
export const problem = z
  .object({
    type: z.string().describe('`about:blank`: the title and the detail say it all (RFC 9457 §4.2.1)'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    parameter: z.string().optional().describe('the parameter that was refused'),
    received: z.string().optional().describe('what came, shortened; absent when nothing came'),
    expected: z.string().optional(),
    example: z.string().optional(),
    errors: z
      .array(z.object({ parameter: z.string(), received: z.string().optional(), expected: z.string() }))
      .optional()
      .describe('every parameter that was refused, where there are several; the first stands above'),
  })
  .meta({ id: 'Problem' })

export type Problem = z.output<typeof problem>

/** Fault of one parameter of a request. */
export interface ParameterFault {
  readonly parameter: string
  readonly received?: string | undefined
  readonly expected: string
  readonly example: string
}

/** An answer other than the one that was asked for. Thrown by a route, sent by the error handler of the server. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly fault?: ParameterFault,
    /** When to ask again, in whole seconds. */
    readonly retryAfterS?: number,
    /** All faults where there are several, the first of them being `fault`. */
    readonly faults: readonly ParameterFault[] = [],
  ) {
    super(detail)
  }
}

export function badParameter(fault: ParameterFault): ProblemError {
  return new ProblemError(400, sentenceOf(fault), fault)
}

/** The 400 that names every fault at once, so that nobody mends one to be told of the next. */
export function badParameters(faults: readonly [ParameterFault, ...ParameterFault[]]): ProblemError {
  const [first] = faults
  if (faults.length === 1) return badParameter(first)
  return new ProblemError(400, detailOf(faults), first, undefined, faults)
}

/** A longer detail is read by nobody; the others stand in `errors` alone. */
const DETAIL_CHARS_MAX = 700

function detailOf(faults: readonly ParameterFault[]): string {
  let detail = ''
  for (const [i, fault] of faults.entries()) {
    const next = `${detail}${i === 0 ? '' : ' '}${sentenceOf(fault)}`
    if (i > 0 && next.length > DETAIL_CHARS_MAX) return `${detail} And ${faults.length - i} more.`
    detail = next
  }
  return detail
}

function sentenceOf({ parameter, received, expected }: ParameterFault): string {
  const came = received === undefined ? 'is missing' : `is ${JSON.stringify(shorten(received))}`
  return `The parameter ${parameter} ${came}; expected ${expected}.`
}

export function notFound(detail: string): ProblemError {
  return new ProblemError(404, detail)
}

export async function sendProblem(reply: FastifyReply, error: ProblemError): Promise<void> {
  const { parameter, received, expected, example } = error.fault ?? {}
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    parameter,
    received: received === undefined ? undefined : shorten(received),
    expected,
    example,
    errors:
      error.faults.length === 0
        ? undefined
        : error.faults.map(({ parameter, received, expected }) => {
            return { parameter, received: received === undefined ? undefined : shorten(received), expected }
          }),
  }
  if (error.retryAfterS !== undefined) reply.header('retry-after', error.retryAfterS)
  await reply.code(error.status).type('application/problem+json').serializer(JSON.stringify).send(body)
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
