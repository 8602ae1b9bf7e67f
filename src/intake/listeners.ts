import type { Server, Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import type { Logger } from 'pino'
import type { Certificate } from '../access/certificates.js'
import { Handshakes } from '../access/places/handshakes.js'
import { inFrontOf, onceHeard, type Strangers } from '../access/places/strangers.js'
import { listenerOptions, secureContextOf } from '../access/secure-context.js'
import { clientSubject } from './client-certificate.js'
import { handshakeFault } from './handshake-fault.js'
import type { Limiting } from './limiting.js'
import { type ByteStream, listen, listenSecure, portOf } from './listener.js'
import { openingFault } from './opening-fault.js'
import type { MqttOptions } from './options.js'
import type { RefusedClients } from './refused-clients.js'
import { listenForWebSockets, type WebSocketListener } from './websocket.js'

/** Ports on which the embedded broker listens; null where it does not. */
export interface MqttPorts {
  readonly tcp: number | null
  readonly ws: number | null
  readonly tls: number | null
  readonly wss: number | null
}

interface Deps {
  readonly limiting: Limiting
  readonly log: Pick<Logger, 'info'>
  /** Every connection is one of them at first. */
  readonly strangers: Strangers
  /** Told of each handshake that fails. */
  readonly refused: Pick<RefusedClients, 'refused' | 'handshaken'>
  /** Everybody has to prove who they are. */
  readonly isProofNeeded: boolean
  /** @param socket below the stream, or the same */
  onConnection(stream: ByteStream, socket: Socket): void
}

/** Listeners of the embedded broker: TCP and WebSocket, each in the clear and over TLS; each connection is a stream of bytes. */
export class Listeners {
  readonly #servers: Server[] = []
  readonly #webSockets: WebSocketListener[] = []
  readonly #secure: TlsServer[] = []
  /** Between the connection and the end of the handshake, with their addresses: a socket that is gone has none. */
  readonly #shakingHands = new Map<Socket, string | undefined>()
  readonly #handshakes = new Handshakes()
  #ports: MqttPorts = { tcp: null, ws: null, tls: null, wss: null }

  private constructor(private readonly deps: Deps) {}

  /** Rejects, with `port` on the error, when one of them cannot be had; then none is left. `certificate` is there with `tls`. */
  static async open(options: MqttOptions, certificate: Certificate | null, deps: Deps): Promise<Listeners> {
    const listeners = new Listeners(deps)
    try {
      await listeners.#open(options, certificate)
    } catch (error) {
      await listeners.close()
      throw error
    }
    return listeners
  }

  get ports(): MqttPorts {
    return this.#ports
  }

  /** Whoever connects from now on sees this certificate; connections that are open stay. */
  useCertificate(certificate: Certificate): void {
    for (const server of this.#secure) server.setSecureContext(secureContextOf(certificate))
  }

  /** Takes no more; those who came are ended by whoever got them. */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    for (const socket of this.#shakingHands.keys()) socket.destroy()
    this.#shakingHands.clear()
    await Promise.all([...closed, ...this.#webSockets.map((ingress) => ingress.close())])
  }

  async #open(options: MqttOptions, certificate: Certificate | null): Promise<void> {
    const { host, port, ws_port, tls } = options
    const { onConnection, strangers } = this.deps
    if (port !== null) {
      const server = await listen(host, port, (socket) => {
        strangers.enter(socket)
        onceHeard(socket, (first) => {
          if (this.#mayBegin(socket, first)) onConnection(socket, socket)
        })
      })
      this.#servers.push(server)
      this.#opened('tcp', portOf(server), host, 'MQTT')
    }
    if (ws_port !== null) {
      const ingress = await this.#openWebSockets(options, ws_port, 'mqtt.ws_port', null)
      this.#opened('ws', ingress.port, host, 'MQTT over WebSocket')
    }
    if (tls === null || certificate === null) return
    const secure = listenerOptions(certificate, tls.client_certificates)
    if (tls.port !== null) {
      const server = await listenSecure(host, tls.port, secure, (socket) => {
        onConnection(Object.assign(socket, { certificateSubject: this.#subjectOf(socket) }), below(socket))
      })
      this.#servers.push(server)
      this.#guard(server)
      this.#opened('tls', portOf(server), host, 'MQTT over TLS')
    }
    if (tls.ws_port !== null) {
      const ingress = await this.#openWebSockets(options, tls.ws_port, 'mqtt.tls.ws_port', secure)
      this.#guard(ingress.server as Server as TlsServer)
      this.#opened('wss', ingress.port, host, 'MQTT over WebSocket and TLS')
    }
  }

  async #openWebSockets(
    options: MqttOptions,
    port: number,
    setting: string,
    tls: Parameters<typeof listenSecure>[2] | null,
  ): Promise<WebSocketListener> {
    const { limiting, onConnection, strangers, isProofNeeded } = this.deps
    const settings = { ...options, port, setting, tls, isProofNeeded }
    const ingress = await listenForWebSockets(settings, limiting, (stream, socket) => {
      if (tls === null) onConnection(stream, socket)
      else {
        const secure = socket as TLSSocket
        onConnection(Object.assign(stream, { certificateSubject: this.#subjectOf(secure) }), below(secure))
      }
    })
    this.#webSockets.push(ingress)
    if (tls === null) {
      inFrontOf(ingress.server, (socket, goOn) => {
        strangers.enter(socket)
        goOn()
      })
    }
    return ingress
  }

  /** Garbage ends before anything is made for it. */
  #mayBegin(socket: Socket, first: Buffer): boolean {
    const fault = openingFault(first)
    if (fault === null) return true
    this.deps.limiting.reached('framing', { client: null, address: socket.remoteAddress, reason: fault.sentence })
    socket.destroy()
    return false
  }

  #opened(kind: keyof MqttPorts, port: number, host: string, what: string): void {
    this.#ports = { ...this.#ports, [kind]: port }
    this.deps.log.info({ host, port }, `listening for ${what}`)
  }

  /** A handshake costs memory and time before anybody has proved anything: it waits for its turn among the strangers. */
  #guard(server: TlsServer): void {
    const { limiting, strangers, refused } = this.deps
    this.#secure.push(server)
    const failed = (socket: Socket, reason: string): void => {
      if (!this.#shakingHands.has(socket)) return
      const address = this.#shakingHands.get(socket)
      limiting.reached('handshake', { address, reason })
      refused.refused({ client: '', address }, 'tls', handshakeFault(reason))
      this.#shakingHands.delete(socket)
    }
    inFrontOf(server, (socket, goOn) => {
      strangers.enter(socket)
      this.#shakingHands.set(socket, socket.remoteAddress)
      // When there is an error it comes after this, and says more.
      socket.once('close', () => setImmediate(failed, socket, 'the connection was closed before it was over'))
      onceHeard(socket, () => this.#handshakes.request(socket, goOn, strangers))
    })
    server.on('secureConnection', (socket) => {
      strangers.renew(below(socket))
      refused.handshaken(socket.remoteAddress)
      this.#shakingHands.delete(below(socket))
    })
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      failed(below(socket), error.code ?? error.message)
      socket.destroy()
    })
  }

  #subjectOf(socket: TLSSocket): string | null {
    const { subject, problem } = clientSubject(socket)
    if (problem !== null) this.deps.limiting.reached('handshake', { address: socket.remoteAddress, reason: problem })
    return subject
  }
}

/** The socket that a TLS socket is made on. Node has no call for it; a test shows that it is there. */
function below(socket: TLSSocket): Socket {
  return (socket as unknown as { _parent: Socket })._parent
}
