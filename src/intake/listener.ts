import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions, type Server as TlsServer } from 'node:tls'

/** A connection as the guard needs it: a TCP socket, or a WebSocket that looks like one. */
export type ByteStream = Duplex & {
  readonly remoteAddress?: string | undefined
  /** Subject of the client certificate, as `CN=press-7,O=Acme`; null without one that is proved. */
  readonly certificateSubject?: string | null
  /** Called when the CONNECT was accepted: who has not shown one may send little. */
  accepted?(): void
}

const SOCKETS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const
/** Connections that the system keeps until they are accepted; it takes fewer when `net.core.somaxconn` says so. */
const BACKLOG = 4096

/** Listens for TCP connections; a failure is an Error that says what to do and keeps the system's code. */
export async function listen(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(SOCKETS, onConnection)
  await open(server, host, port, 'mqtt.port')
  return server
}

/** The same over TLS; `onConnection` is called when the handshake is over. */
export async function listenSecure(
  host: string,
  port: number,
  tls: TlsOptions,
  onConnection: (socket: TLSSocket) => void,
): Promise<TlsServer> {
  const server = createTlsServer({ ...SOCKETS, ...tls }, onConnection)
  await open(server, host, port, 'mqtt.tls.port')
  return server
}

/** Rejects with an Error that says what to do, with the system's `code` and the `port`. `setting` is that of the port. */
export async function open(server: Server, host: string, port: number, setting: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const [section = ''] = setting.split('.')
      const failure = new Error(
        `listen for ${PROTOCOLS[section]} on ${host}:${port}: ${remedy(error, setting, section)}`,
        {
          cause: error,
        },
      )
      reject(Object.assign(failure, { code: error.code, port }))
    })
    server.listen({ port, host, backlog: BACKLOG }, resolve)
  })
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** By the section of their settings. */
const PROTOCOLS: Readonly<Record<string, string>> = { mqtt: 'MQTT', hj212: 'HJ 212' }

function remedy(error: NodeJS.ErrnoException, setting: string, section: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `the port is in use; stop the other program${section === 'mqtt' ? ' (often another MQTT broker)' : ''} or set ${setting} to a free one`
    case 'EACCES':
      return `not permitted; ports below 1024 need a privilege, set ${setting} to 1024 or above`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no such address; set ${section}.host to 127.0.0.1, 0.0.0.0 or an address of this machine`
    default:
      return error.message
  }
}
