import { connect, createServer, type Socket } from 'node:net'

/** A way to a loopback port that can be cut as a network is: nothing comes through, and nobody is told. */
export interface TcpProxy {
  readonly port: number
  /** Loopback port that it leads to; set before the first connection. */
  target: number
  /** Bytes wait where they are and new connections hang, as behind a cable that was pulled. */
  cut(): void
  /** Lets about so many bytes on to the target, and no more until it is healed; what the target sends comes back all the same. */
  holdBehind(bytes: number): void
  /** Lets bytes and connections that waited go on, as what is sent again once the cable is back. */
  heal(): void
  close(): Promise<void>
}

export async function openTcpProxy(target = 0): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  /** Connections that came while nothing got through. */
  const waiting = new Set<Socket>()
  const state = { target, isCut: false, leftBytes: Number.POSITIVE_INFINITY }

  const join = (incoming: Socket) => {
    const onward = connect({ port: state.target, host: '127.0.0.1', noDelay: true })
    const pair = [incoming, onward] as const
    for (const socket of pair) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        for (const other of pair) other.destroy()
      })
    }
    pass(incoming, onward, (bytes) => {
      state.leftBytes -= bytes
    })
    pass(onward, incoming)
  }

  const pass = (from: Socket, to: Socket, count?: (bytes: number) => void) => {
    const isHeld = () => state.isCut || (count !== undefined && state.leftBytes <= 0)
    from.on('data', (bytes) => {
      count?.(bytes.length)
      if (!to.write(bytes) || isHeld()) from.pause()
    })
    to.on('drain', () => {
      if (!isHeld()) from.resume()
    })
  }

  const server = createServer({ noDelay: true, pauseOnConnect: true }, (incoming) => {
    incoming.on('error', () => undefined)
    if (!state.isCut) {
      join(incoming)
      incoming.resume()
      return
    }
    waiting.add(incoming)
    incoming.once('close', () => waiting.delete(incoming))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return {
    port,
    get target() {
      return state.target
    },
    set target(to: number) {
      state.target = to
    },
    cut: () => {
      state.isCut = true
      for (const socket of sockets) socket.pause()
    },
    holdBehind: (bytes) => {
      state.leftBytes = bytes
    },
    heal: () => {
      state.isCut = false
      state.leftBytes = Number.POSITIVE_INFINITY
      for (const socket of sockets) socket.resume()
      for (const incoming of waiting) {
        waiting.delete(incoming)
        join(incoming)
        incoming.resume()
      }
    },
    close: async () => {
      for (const socket of [...sockets, ...waiting]) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
