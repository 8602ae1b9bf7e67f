import { X509Certificate } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { connect, type TLSSocket } from 'node:tls'
import { contentOfNamed } from '../../program/named-file.js'

export type PinnedInit = Omit<RequestInit, 'body'> & { body?: string | Uint8Array<ArrayBuffer> | null }

/** The port of an address that names none. */
const HTTPS_PORT = 443

/**
 * `fetch` for commands on the gateway's own machine. With HTTPS they trust the one certificate of `certFile` (PEM),
 * whoever made it and whatever names it has: the same file that the gateway shows. Nothing is sent before it is seen.
 *
 * @param certFile `http.tls.cert_file`; null for plain HTTP
 */
export async function fetchPinned(url: string, init: PinnedInit, certFile: string | null): Promise<Response> {
  // A gateway leads nowhere else, and the token is for it alone.
  if (certFile === null) return fetch(url, { ...init, redirect: 'manual' })
  const { hostname, port, pathname, search } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const signal = init.signal ?? null
  const socket = await connectPinned(host, port === '' ? HTTPS_PORT : Number(port), certFile, signal)
  const { method = 'GET', body = null } = init
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = request({
      method,
      host,
      port,
      path: `${pathname}${search}`,
      headers: Object.fromEntries(new Headers(init.headers)),
      createConnection: () => socket,
      ...(signal === null ? {} : { signal }),
    })
    asking.once('response', resolve).once('error', reject)
    asking.end(body)
  })
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) => {
    return values.map((value): [string, string] => [name, value])
  })
  const { statusCode = 502, statusMessage = '' } = message
  const isEmpty = method === 'HEAD' || statusCode === 204 || statusCode === 304
  const content = isEmpty ? null : (Readable.toWeb(message) as ReadableStream as BodyInit)
  return new Response(content, { status: statusCode, statusText: statusMessage, headers })
}

function connectPinned(host: string, port: number, certFile: string, signal: AbortSignal | null): Promise<TLSSocket> {
  const { fingerprint256 } = new X509Certificate(contentOfNamed(certFile))
  return new Promise((resolve, reject) => {
    // The certificate itself is looked at instead, below.
    const socket = connect({ host, port, servername: '', rejectUnauthorized: false })
    const give = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.once('error', reject)
    signal?.addEventListener('abort', () => give(signal.reason as Error), { once: true })
    socket.once('secureConnect', () => {
      if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint256) resolve(socket)
      else give(new Error(`what listens there shows another certificate than http.tls.cert_file ${certFile}`))
    })
  })
}
