import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import { isOurName } from '../access/our-name.js'
import type { Limiting } from './limiting.js'
import { type ByteStream, open, portOf } from './listener.js'
import type { MqttOptions } from './options.js'

/** [MQTT-6.0.0-3] */
const SUBPROTOCOL = 'mqtt'
/** The request for the upgrade, with its headers, has to be there by then. */
const REQUEST_MS = 5000
/** Time between two pings: a client that does not answer two in a row is gone, unless it is we who do not read. */
const PING_MS = 30_000
/** A frame of someone whose CONNECT is not accepted; as much as the guard takes of a CONNECT. */
const FIRST_FRAME_BYTES_MAX = 4096
/**
 * Parts that a message may come in, and pieces that a part may arrive in, each of which costs a hundred bytes beside its own: of
 * somebody whose CONNECT is not accepted.
 */
const FIRST_PARTS_MAX = { fragments: 16, chunks: 256 } as const
/** A client may have as many parts and pieces as make its largest frame with so many bytes each; networks have larger ones. */
const LATER_PART_BYTES = { fragment: 256, chunk: 128 } as const
/** Most bytes that a PUBLISH may have besides its payload: header, topic and packet id. */
const PUBLISH_HEAD_BYTES_MAX = 5 + 2 + 65_535 + 2

/** Bounds of a receiver of `ws` that are wider for a client whose CONNECT is accepted. */
type Raised = '_maxPayload' | '_maxFragments' | '_maxBufferedChunks'

const CLOSE = { notBinary: 1003 } as const

export interface WebSocketOptions extends Pick<MqttOptions, 'host' | 'ws_origins' | 'max_packet_bytes'> {
  readonly port: number
  /** Path of the setting that names the port. */
  readonly setting: string
  /** Everybody has to prove who they are. */
  readonly isProofNeeded: boolean
  /** null: in the clear. */
  readonly tls: TlsOptions | null
}

export interface WebSocketListener {
  readonly server: Server
  readonly port: number
  /** Takes no more and ends the requests that are under way; connections are ended by whoever got them. */
  close(): Promise<void>
}

/**
 * Listens for MQTT over WebSocket, MQTT 3.1.1 §6, on any path. Packets and frames need not begin or end together: the
 * frames are one stream of bytes, for the same guard as that of a TCP connection. `ws` keeps a frame until it is
 * whole, so a frame larger than `max_packet_bytes` and a topic closes the connection with 1009.
 */
export async function listenForWebSockets(
  options: WebSocketOptions,
  limiting: Limiting,
  onConnection: (stream: ByteStream, socket: Socket) => void,
): Promise<WebSocketListener> {
  const { host, port, setting, tls, max_packet_bytes } = options
  const timeouts = { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1000 }
  const server = tls === null ? createServer(timeouts) : createSecureServer({ ...timeouts, ...tls })
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FIRST_FRAME_BYTES_MAX,
    maxFragments: FIRST_PARTS_MAX.fragments,
    maxBufferedChunks: FIRST_PARTS_MAX.chunks,
    handleProtocols: () => SUBPROTOCOL,
  })
  server.on('request', (_request, response) => {
    response.writeHead(426, { Upgrade: 'websocket', 'Content-Type': 'text/plain' })
    response.end('MQTT over WebSocket: connect with the subprotocol mqtt.\n')
  })
  server.on('upgrade', (request, socket, head) => {
    const refusal = refusalOf(request, options)
    if (refusal !== null) {
      const { origin } = request.headers
      if (refusal === 403 && origin !== undefined)
        limiting.reached('origin', { origin, address: request.socket.remoteAddress })
      refuse(socket, refusal)
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = streamOf(webSocket, request.socket.remoteAddress, max_packet_bytes + PUBLISH_HEAD_BYTES_MAX)
      onConnection(stream, request.socket)
    })
  })
  await open(server, host, port, setting)
  return {
    server,
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function streamOf(webSocket: WebSocket, remoteAddress: string | undefined, frameBytesMax: number): ByteStream {
  // [MQTT-6.0.0-1]
  webSocket.on('message', (_data, isBinary) => {
    if (!isBinary) webSocket.close(CLOSE.notBinary, 'MQTT comes in binary frames')
  })
  let unanswered = 0
  const pinging = setInterval(() => {
    if (webSocket.isPaused) return
    if (unanswered === 2) webSocket.terminate()
    unanswered += 1
    if (webSocket.readyState === webSocket.OPEN) webSocket.ping()
  }, PING_MS)
  webSocket.on('pong', () => {
    unanswered = 0
  })
  webSocket.on('close', () => clearInterval(pinging))
  const accepted = (): void => {
    // There is no call of ws for it; a test shows that it does what is said here.
    const { _receiver } = webSocket as unknown as { _receiver: Record<Raised, number> }
    _receiver._maxPayload = frameBytesMax
    _receiver._maxFragments = Math.ceil(frameBytesMax / LATER_PART_BYTES.fragment)
    _receiver._maxBufferedChunks = Math.ceil(frameBytesMax / LATER_PART_BYTES.chunk)
  }
  return Object.assign(createWebSocketStream(webSocket), { remoteAddress, accepted })
}

/** The status of a request that is not taken; null when it is. */
function refusalOf({ headers }: IncomingMessage, options: WebSocketOptions): number | null {
  if (!mayConnect(headers, options)) return 403
  const protocols = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim())
  return protocols?.includes(SUBPROTOCOL) ? null : 400
}

/**
 * A browser connects to any address for any page, and says which in Origin; a program sends none. Pages of this host
 * may, whatever their port, and those of `mqtt.ws_origins`. Where nobody has to prove anything, this host has to be called by
 * its address or a name of its own: to a foreign one that was pointed here (DNS rebinding) the page would belong.
 */
function mayConnect(
  { origin, host }: Pick<IncomingMessage['headers'], 'origin' | 'host'>,
  { ws_origins, isProofNeeded, host: ownHost }: WebSocketOptions,
): boolean {
  if (origin === undefined || ws_origins.includes(origin)) return true
  if (host === undefined || !URL.canParse(origin) || !URL.canParse(`http://${host}`)) return false
  const { hostname } = new URL(`http://${host}`)
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  if (!isProofNeeded && !isAddress && !isOurName({ headers: { host } }, ownHost, [])) return false
  return new URL(origin).hostname === hostname
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy())
  const reason = status === 403 ? 'Forbidden' : 'Bad Request'
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
