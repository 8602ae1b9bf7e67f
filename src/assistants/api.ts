/** Everything that an assistant is told is an answer of the gateway's HTTP API, asked with the rights of whoever asks. */

/** Answer of the API to a GET, as it came. */
export interface ApiReply {
  readonly status: number
  readonly body: string
}

/** The HTTP API of one gateway, asked by one account. */
export interface AssistantApi {
  /** Address that links begin with, without a slash at the end: `https://gauge.example.com`. */
  readonly base: string
  /** @param path with its query, from `/api/v1` on; throws when the gateway cannot be reached */
  get(path: string, signal: AbortSignal): Promise<ApiReply>
}

/** A refusal of the API, or of a tool before it asks; told to the assistant word for word. */
export class ToolRefusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: Readonly<Record<string, unknown>>,
  ) {
    super(String(problem.detail ?? `The API answered ${status}.`))
  }
}

/** The refusal of an argument that has no meaning for the API. */
export function badArgument(parameter: string, received: string, expected: string): ToolRefusal {
  const detail = `The argument ${parameter} is ${JSON.stringify(received.slice(0, 100))}; expected ${expected}.`
  return new ToolRefusal(400, { status: 400, detail, parameter, expected })
}

type Query = Readonly<Record<string, string | number | undefined>>

/** A path below `/api/v1` with its query; what is undefined is left out. Throws for a segment that would lead to another route. */
export function apiPath(segments: readonly string[], of: Query = {}): string {
  const lost = segments.find((one) => one === '' || one === '.' || one === '..' || /\p{Surrogate}/u.test(one))
  if (lost !== undefined) throw badArgument('id', lost, 'an id')
  const asked = Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  const path = `/api/v1/${segments.map(encodeURIComponent).join('/')}`
  // A query may hold both as they are (RFC 3986 §3.4), and links of times are a third shorter so.
  const query = new URLSearchParams(asked).toString().replaceAll('%3A', ':').replaceAll('%2C', ',')
  return asked.length === 0 ? path : `${path}?${query}`
}

/** One call of a tool: it asks the API, and remembers what it has asked. */
export class ToolCall {
  readonly #answers = new Map<string, Promise<unknown>>()

  constructor(
    readonly api: AssistantApi,
    readonly signal: AbortSignal,
  ) {}

  link(path: string): string {
    return `${this.api.base}${path}`
  }

  /** Addresses that were asked, in order. */
  get asked(): readonly string[] {
    return [...this.#answers.keys()].map((path) => this.link(path))
  }

  /** Answer to a GET, the same each time within the call. Throws `ToolRefusal` with the problem document of the API when it refuses. */
  read<T>(path: string): Promise<T> {
    const known = this.#answers.get(path) ?? this.#read(path)
    this.#answers.set(path, known)
    return known as Promise<T>
  }

  async #read(path: string): Promise<unknown> {
    const { status, body } = await this.api.get(path, this.signal)
    if (status === 200) return JSON.parse(body)
    throw new ToolRefusal(status, problemIn(body, status))
  }
}

function problemIn(body: string, status: number): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(body)
    if (typeof said === 'object' && said !== null && 'detail' in said) return said as Record<string, unknown>
  } catch {
    // A proxy in front may answer with a page.
  }
  return { status, detail: `The API answered ${status} and said no more.` }
}
