import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { HttpError, InfluxDB } from '@influxdata/influxdb-client'
import type { ServerReply } from './answer.js'

/** An answer with figures of a long time has some megabytes. */
const ANSWER_BYTES_MAX = 64 * 2 ** 20
/** Most bytes of what a server says of a refusal. */
const REFUSAL_BYTES_MAX = 256 * 1024

type Asked = (options: RequestOptions, answered: (answer: IncomingMessage) => void) => ClientRequest

/**
 * Requests whose answers are bounded, and not unpacked, as nobody asked for it: a server that answers without end would
 * otherwise fill the memory within the time that it has. The client takes them in the place of a package that follows
 * redirects; so none is followed, and what is secret goes to the configured address alone.
 */
function bounded(ask: Asked): { readonly request: Asked } {
  return {
    request: (options, answered) =>
      ask(options, (answer) => {
        const bytesMax = (answer.statusCode ?? 600) < 300 ? ANSWER_BYTES_MAX : REFUSAL_BYTES_MAX
        let bytes = 0
        delete answer.headers['content-encoding']
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes <= bytesMax) return
          // Before the client hears that the answer was broken off.
          answer.emit('error', new Error(`the answer is longer than ${bytesMax} bytes`))
          answer.destroy()
        })
        answered(answer)
      }),
  }
}

const BOUNDED = { http: bounded(overHttp), https: bounded(overHttps) }

export interface InfluxHttpOptions {
  readonly url: string
  /** Value of the `Authorization` header, '' for none. */
  readonly authorization: string
  readonly timeoutMs: number
  readonly connectionsMax: number
  readonly isCompressed: boolean
}

/** Requests to one server, over connections that stay open. Nothing here tries a second time. */
export class Http {
  readonly #client: InfluxDB
  readonly #agent: HttpAgent
  readonly #closing = new AbortController()
  readonly #options: InfluxHttpOptions

  constructor(options: InfluxHttpOptions) {
    this.#options = options
    this.#agent = agentFor(options.url, options.connectionsMax)
    this.#client = new InfluxDB({
      url: options.url,
      // The client's own limit lets the socket live; ours, below, ends it.
      timeout: 0,
      headers: options.authorization === '' ? {} : { authorization: options.authorization },
      transportOptions: { agent: this.#agent, 'follow-redirects': BOUNDED },
    })
  }

  /** Never rejects: no answer within the time is a reply too, and the connection that gave none is destroyed. */
  async post(path: string, body: string | Buffer, contentType = 'text/plain; charset=utf-8'): Promise<ServerReply> {
    const { timeoutMs, isCompressed } = this.#options
    const reply = await withDeadline(timeoutMs, this.#closing.signal, (signal) =>
      this.#send(path, body, {
        method: 'POST',
        headers: { 'content-type': contentType },
        signal,
        ...(isCompressed ? { gzipThreshold: 1024 } : {}),
      }),
    )
    if (this.#closing.signal.aborted) return { failure: 'the connection was closed by the gateway' }
    return reply ?? noAnswerWithin(timeoutMs)
  }

  /** Ends what is under way, and what waits for a connection. */
  close(): void {
    this.#closing.abort()
    this.#agent.destroy()
  }

  #send(
    path: string,
    body: string | Buffer,
    options: Parameters<InfluxDB['transport']['send']>[2],
  ): Promise<ServerReply> {
    return new Promise((resolve) => {
      const chunks: Uint8Array[] = []
      let status = 0
      // The client makes a Buffer of what it is given, whether that is a text or bytes already.
      this.#client.transport.send(path, body as string, options, {
        responseStarted: (_, code) => {
          status = code ?? 0
        },
        next: (chunk) => {
          chunks.push(chunk)
        },
        complete: () => resolve({ status, body: Buffer.concat(chunks).toString(), retryAfter: null }),
        error: (error) => resolve(replyOf(error)),
      })
    })
  }
}

export function noAnswerWithin(timeoutMs: number): ServerReply {
  return { failure: `no answer within ${timeoutMs / 1000} s (timeout_s)` }
}

/** Agents differ by protocol alone. */
export function agentFor(url: string, connectionsMax: number): HttpAgent {
  const options = { keepAlive: true, maxSockets: connectionsMax, scheduling: 'lifo' } as const
  return url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options)
}

/**
 * The work's result, or null when it has none in time or `closing` is aborted: then its signal is aborted, which destroys
 * its socket. The clients themselves stay silent when a connection breaks in the middle of an answer.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const controller = new AbortController()
  let end = (): void => undefined
  const late = new Promise<null>((resolve) => {
    end = () => {
      resolve(null)
      controller.abort()
    }
  })
  const timer = setTimeout(end, timeoutMs)
  closing.addEventListener('abort', end, { once: true })
  if (closing.aborted) end()
  try {
    return await Promise.race([work(controller.signal), late])
  } finally {
    clearTimeout(timer)
    closing.removeEventListener('abort', end)
  }
}

/** True for a host that is this machine: nothing is gained there by compressing. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
}

function replyOf(error: Error): ServerReply {
  if (!(error instanceof HttpError)) return { failure: failureText(error) }
  const retryAfter = error.headers?.['retry-after']
  return {
    status: error.statusCode,
    body: error.body ?? '',
    retryAfter: retryAfter === undefined ? null : String(retryAfter),
  }
}

/** A connection that failed to every address of a host has its words in the parts. */
export function failureText(error: Error): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one: Error) => one.message).join(', ')
  return error.message
}
