import type { Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../base/clock.js'
import { REFUSED_CLIENTS_MAX, type RefusedClient } from '../base/wire/refused-clients.js'
import { pageHandshakeFault } from '../intake/handshake-fault.js'
import { RefusedClients } from '../intake/refused-clients.js'
import { belowOf } from './connections.js'

/** Remembers whose TLS handshake with the server of the pages has failed, so that an engineer sees why a browser or a program does not come in. */
export class RefusedVisitors {
  readonly #refused: RefusedClients
  readonly #log: Pick<FastifyBaseLogger, 'debug'>
  /** A socket that is closed no longer says where it came from. */
  readonly #addresses = new WeakMap<Socket, string>()
  #known: readonly RefusedClient[] = []

  constructor(clock: Pick<Clock, 'nowMs'>, log: Pick<FastifyBaseLogger, 'debug'>) {
    this.#refused = new RefusedClients(clock)
    this.#log = log
  }

  watch(server: TlsServer): void {
    server.on('connection', (socket: Socket) => {
      if (socket.remoteAddress !== undefined) this.#addresses.set(socket, socket.remoteAddress)
    })
    server.on('secureConnection', (socket) => this.#refused.handshaken(this.#addresses.get(belowOf(socket))))
    server.on('tlsClientError', ({ code, message }: NodeJS.ErrnoException, socket) => {
      const [raw, reason] = [belowOf(socket), code ?? message]
      const address = this.#addresses.get(raw)
      this.#log.debug({ address, reason }, 'a TLS handshake has failed')
      // Whoever connects and says nothing looks whether somebody listens, as monitoring does.
      if (raw.bytesRead > 0) this.#refused.refused({ client: '', address }, 'https', pageHandshakeFault(reason))
      socket.destroy()
    })
  }

  /** These and those that other listeners have not let in, newest first. */
  beside(others: readonly RefusedClient[]): readonly RefusedClient[] {
    this.#known = this.#refused.changes() ?? this.#known
    if (this.#known.length === 0) return others
    const all = [...this.#known, ...others].sort((a, b) => Date.parse(b.last) - Date.parse(a.last))
    return all.slice(0, REFUSED_CLIENTS_MAX)
  }
}
