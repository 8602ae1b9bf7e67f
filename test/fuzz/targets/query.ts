import { cursorOf, instantOfCursor, positionIn } from '../../../src/views/cursor.js'
import { parseSubscribe } from '../../../src/views/feed/subscription.js'
import { afterOf, faultFrom, LIMIT_MAX, PARAMETERS, rangeOf, tidyQuery } from '../../../src/views/parameters.js'
import { ProblemError } from '../../../src/views/problem.js'
import { ARRIVED_AT } from '../../support/fuzz/corpus.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const DETAIL_CHARS_MAX = 1000
const DATE_MS_MAX = 8.64e15
type Name = keyof typeof PARAMETERS

/** A query string of the API by the schema of every parameter in it, and a message of a client of the feed. */
export const target: FuzzTarget = {
  name: 'query',
  says: 'a query string is judged by the schema of every parameter, a cursor is read, the feed gets a message',
  bytesMax: 700,
  words: [
    ...Object.keys(PARAMETERS).map((name) => `${name}=`),
    '&',
    '%',
    '%00',
    '%2e%2e',
    '+08:00',
    '__proto__',
    '9999-12-31T23:59:59Z',
    '"subscribe"',
    '"since":{"epoch":"',
  ],
  seeds: () => [
    ...Object.entries(PARAMETERS).map(([name, schema]) => {
      const [example = ''] = (schema.meta()?.examples ?? []) as string[]
      return deciding(0, Buffer.from(`${name}=${encodeURIComponent(example)}`))
    }),
    deciding(
      0,
      Buffer.from(`from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00 08:00&limit=5&cursor=${cursorOf(ARRIVED_AT)}`),
    ),
    deciding(
      1,
      Buffer.from(
        '{"type":"subscribe","plants":["*"],"kpis":["*"],"scopes":["plant"],"since":{"epoch":"e","seq":1},"maxHz":4}',
      ),
    ),
    deciding(1, Buffer.from('{"type":"subscribe","watch":["p/d"],"windows":["1m"]}')),
  ],
  fuzz(input) {
    const { choice, rest } = decided(input)
    if (choice & 1) subscribe(rest.toString())
    else query(rest.toString())
  },
}

export const fuzz = withoutStalls(target)

function subscribe(text: string): void {
  const said = parseSubscribe(text)
  if ('code' in said && said.detail.length > DETAIL_CHARS_MAX)
    throw new Error('the answer is longer than what anybody reads')
}

function query(text: string): void {
  const asked: Record<string, unknown> = Object.fromEntries(new URLSearchParams(text))
  tidyQuery(asked)
  for (const [name, value] of Object.entries(asked))
    if (Object.hasOwn(PARAMETERS, name)) parameter(name as Name, value, asked)
  const [from, to] = [asked.from, asked.to].map((one) => PARAMETERS.from.safeParse(one).data)
  answered(() => {
    const { fromMs, toMs } = rangeOf({ from, to }, ARRIVED_AT)
    if (!(fromMs <= toMs && Math.abs(fromMs) <= DATE_MS_MAX)) throw new Error(`the range ${fromMs} to ${toMs}`)
  })
  answered(() => afterOf(typeof asked.cursor === 'string' ? asked.cursor : undefined))
  const position = positionIn(text)
  if (position !== undefined && cursorOf(position) !== text)
    throw new Error('a cursor that is not the one of its position')
  const at = instantOfCursor(text)
  if (at !== undefined && !Number.isFinite(at)) throw new Error(`the instant ${at}`)
}

function parameter(name: Name, value: unknown, asked: Record<string, unknown>): void {
  const { success, data, error } = PARAMETERS[name].safeParse(value)
  if (success) {
    if (name === 'limit' && !(Number(data) >= 1 && Number(data) <= LIMIT_MAX))
      throw new Error(`a limit of ${String(data)}`)
    return
  }
  const { message, status } = faultFrom(error.issues, asked)
  if (status !== 400 || message.length > DETAIL_CHARS_MAX) throw new Error(`${status}: ${message.slice(0, 200)}`)
}

/** It answers, or says with a 400 why not. */
function answered(ask: () => unknown): void {
  try {
    ask()
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (error.status !== 400 || error.message.length > DETAIL_CHARS_MAX)
      throw new Error(`${error.status}: ${error.message}`)
  }
}
