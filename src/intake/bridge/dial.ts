import { readFileSync } from 'node:fs'
import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { createWebSocketStream, WebSocket } from 'ws'
import type { BrokerOptions } from './options.js'
import { OversizeFilter } from './oversize-filter.js'
import { hostAndPortOf, isSecure, isWebSocket } from './url.js'

/** A WebSocket that does not open ends by then; a TCP connection when no CONNACK has come. */
const OPEN_MS = 30_000

/**
 * Opens the network connection to a broker; what it sends comes through an `OversizeFilter`. Throws when a file of `tls`
 * cannot be read; all else is an `error` of the stream.
 */
export function dial(options: BrokerOptions, payloadBytesMax: number, onLeftOut: () => void): Duplex {
  const socket = open(options)
  const filter = new OversizeFilter(options.version, payloadBytesMax, onLeftOut)
  filter.on('error', (error) => socket.destroy(error))
  const pipe = socket.pipe.bind(socket)
  // The client reads by this call alone; all else, its end above all, is that of the socket itself.
  return Object.assign(socket, {
    pipe: <T extends NodeJS.WritableStream>(destination: T): T => pipe(filter).pipe(destination),
  })
}

function open(options: BrokerOptions): Duplex {
  const place = hostAndPortOf(options.url)
  const certificates = isSecure(options.url) ? certificatesOf(options) : {}
  if (isWebSocket(options.url)) {
    const webSocket = new WebSocket(options.url, ['mqtt'], {
      ...certificates,
      perMessageDeflate: false,
      handshakeTimeout: OPEN_MS,
    })
    return createWebSocketStream(webSocket)
  }
  if (!isSecure(options.url)) return connectTcp({ ...place, noDelay: true, keepAlive: true })
  return connectTls({ ...place, ...certificates }).setNoDelay(true)
}

/** Read at each connection, so that certificates can be renewed while we run. */
function certificatesOf({ url, tls = {} }: BrokerOptions) {
  const read = (setting: 'ca_file' | 'cert_file' | 'key_file') => {
    const path = tls[setting]
    if (path === undefined) return undefined
    try {
      return readFileSync(path)
    } catch (error) {
      throw new Error(`tls.${setting} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
    }
  }
  const { host } = hostAndPortOf(url)
  // SNI has names alone, no addresses (RFC 6066 §3).
  const servername = tls.server_name ?? (isIP(host) === 0 ? host : undefined)
  return { ca: read('ca_file'), cert: read('cert_file'), key: read('key_file'), servername }
}
