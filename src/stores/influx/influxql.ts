import { InfluxDB } from 'influx'
import type { ServerReply } from './answer.js'
import { agentFor, failureText, noAnswerWithin, withDeadline } from './http.js'

export interface InfluxqlOptions {
  readonly url: string
  /** Basic credentials, null where there are none. */
  readonly user: { readonly name: string; readonly password: string } | null
  /** Value of the `Authorization` header for servers with tokens, '' for none. */
  readonly authorization: string
  readonly database: string
  readonly timeoutMs: number
}

/** One series of an answer. */
export interface Rows {
  readonly name: string
  readonly columns: readonly string[]
  readonly values: readonly (readonly (string | number | boolean | null)[])[]
  /** The server had more rows than it gives at once. */
  readonly isCut: boolean
}

/** Failure of a query, with the reason as a reply to a write would say it: nobody there, not allowed, or the statement's own fault. */
export class QueryFailure extends Error {
  constructor(readonly reply: ServerReply) {
    super('failure' in reply ? reply.failure : reply.body)
  }
}

/** More connections than that are not opened for reads. */
const READ_CONNECTIONS_MAX = 4

/** Statements to one server in the dialect that all versions of InfluxDB answer. Times in ms. */
export class Influxql {
  readonly #client: InfluxDB
  readonly #closing = new AbortController()
  readonly #agent: ReturnType<typeof agentFor>
  readonly #options: InfluxqlOptions

  constructor(options: InfluxqlOptions) {
    this.#options = options
    this.#agent = agentFor(options.url, READ_CONNECTIONS_MAX)
    const url = new URL(options.url)
    const isSecure = url.protocol === 'https:'
    this.#client = new InfluxDB({
      protocol: isSecure ? 'https' : 'http',
      host: url.hostname,
      port: Number(url.port === '' ? (isSecure ? 443 : 80) : url.port),
      path: url.pathname.replace(/\/$/, ''),
      database: options.database,
      // Without a name the client would call itself root; only null keeps it quiet.
      username: (options.user?.name ?? null) as string,
      password: options.user?.password ?? '',
      options: {
        agent: this.#agent,
        ...(options.authorization === '' ? {} : { headers: { authorization: options.authorization } }),
      },
      // It neither tries again nor leaves the server alone for a while: who asks decides that.
      pool: { maxRetries: 0, requestTimeout: options.timeoutMs, backoff: AT_ONCE },
    })
  }

  /**
   * The series that a selection finds. Its parameters go into the URL, the one place where all versions look for them.
   * Rejects with a `QueryFailure` when there is no answer.
   */
  async select(statement: string, database: string): Promise<readonly Rows[]> {
    return (await this.#run([statement], { method: 'GET', database }))[0] ?? []
  }

  /** Statements that change something (1.x), all in one request; the series of each. Rejects when one of them fails. */
  change(statements: readonly string[]): Promise<readonly (readonly Rows[])[]> {
    return this.#run(statements, { method: 'POST', database: this.#options.database })
  }

  async #run(
    statements: readonly string[],
    to: { readonly method: 'GET' | 'POST'; readonly database: string },
  ): Promise<readonly (readonly Rows[])[]> {
    const { timeoutMs } = this.#options
    let answer: RawAnswer | null
    try {
      answer = await withDeadline(
        timeoutMs,
        this.#closing.signal,
        (signal) => this.#client.queryRaw([...statements], { precision: 'ms', signal, ...to }) as Promise<RawAnswer>,
      )
    } catch (error) {
      throw failureOf(error as Error)
    }
    if (this.#closing.signal.aborted) throw new QueryFailure({ failure: 'the gateway has closed the connection' })
    if (answer === null) throw new QueryFailure(noAnswerWithin(timeoutMs))
    const { results } = answer
    // It may be null, whatever the types say.
    if (results === undefined || results === null) throw statementFailure(400, 'what answers is no InfluxDB')
    return results.map(({ error, series }) => {
      if (error !== undefined) throw statementFailure(400, error)
      return (series ?? []).map(({ name, columns, values, partial }) => ({
        name: name ?? '',
        columns,
        values: values ?? [],
        isCut: partial === true,
      }))
    })
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort()
    this.#agent.destroy()
  }
}

interface RawAnswer {
  readonly results?:
    | null
    | readonly {
        readonly error?: string
        readonly series?: readonly {
          readonly name?: string
          readonly columns: readonly string[]
          readonly values?: Rows['values']
          readonly partial?: boolean
        }[]
      }[]
}

const AT_ONCE = { getDelay: () => 0, next: () => AT_ONCE, reset: () => AT_ONCE }

/** The client puts status and body into one sentence, and of a 500 keeps nothing but its name. */
function failureOf(error: Error): QueryFailure {
  const [, status, body] = /^A (\d+) .*? error occurred: ([\s\S]*)$/.exec(error.message) ?? []
  if (status !== undefined) return statementFailure(Number(status), body ?? '')
  return new QueryFailure({ failure: failureText(error) })
}

function statementFailure(status: number, body: string): QueryFailure {
  return new QueryFailure({ status, body, retryAfter: null })
}

/** Place of measurements: a database (a bucket in 2.x), and in 1.x a retention policy; null stands for its default. */
export interface MeasurementPlace {
  readonly database: string
  readonly policy: string | null
}

/** A measurement in a statement. Its database goes beside the statement: 3.x refuses it inside. */
export function measurementIn({ policy }: MeasurementPlace, measurement: string): string {
  return policy === null ? identifier(measurement) : `${identifier(policy)}.${identifier(measurement)}`
}

/** A name in a statement. */
export function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** A text in a statement. */
export function literal(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`
}

/** Times that InfluxDB can hold, in ms: 64 bits of nanoseconds. */
const TIME_MS_MAX = 9_223_372_036_854

/** A time in a statement, brought within what a server can hold. */
export function instantLiteral(timeMs: number): string {
  return `${Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, timeMs))}ms`
}

/** All of these tags. */
export function tagged(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${identifier(key)} = ${literal(value)}`)
    .join(' AND ')
}

/** The same where devices name the fields: a field called like a tag would be meant otherwise. */
export function taggedAmongFields(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${identifier(key)}::tag = ${literal(value)}`)
    .join(' AND ')
}
