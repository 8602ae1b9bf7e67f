import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Listens for TCP connections; a failure is an Error that says what to do and keeps the system's code. */
export async function listen(host: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const failure = new Error(`listen for MQTT on ${host}:${port}: ${remedy(error)}`, { cause: error })
      reject(Object.assign(failure, { code: error.code }))
    })
    server.listen(port, host, resolve)
  })
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function remedy(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is in use; stop the other program (often another MQTT broker) or set mqtt.port to a free one'
    case 'EACCES':
      return 'not permitted; ports below 1024 need a privilege, set mqtt.port to 1024 or above'
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address; set mqtt.host to 127.0.0.1, 0.0.0.0 or an address of this machine'
    default:
      return error.message
  }
}
