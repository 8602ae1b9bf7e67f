import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A thin, long line between one side and a server, which can be cut. */
export interface Line {
  readonly port: number
  /** Bytes a second in each direction; null for as many as there are. */
  bytesPerS: number | null
  /** From one end to the other. */
  latencyMs: number
  /** Bytes that went through since the start: to the server, and back. */
  readonly bytes: { readonly there: number; readonly back: number }
  /** Ends what is connected, in the middle of what is under way, and lets nobody through until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

const CHUNK_BYTES = 4096

/** Opens a line to a server on a loopback port. */
export async function openLine(target: number): Promise<Line> {
  const sockets = new Set<Socket>()
  const bytes = { there: 0, back: 0 }
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    near.once('close', () => far.destroy() && sockets.delete(near))
    far.once('close', () => near.destroy() && sockets.delete(far))
    void carry(near, far, 'there')
    void carry(far, near, 'back')
    return
  })

  async function carry(from: Socket, to: Socket, way: keyof typeof bytes): Promise<void> {
    // When the line is free again for the next bytes.
    let freeMs = performance.now()
    let last = Promise.resolve()
    try {
      for await (const read of from) {
        const data = read as Buffer
        for (let at = 0; at < data.length; at += CHUNK_BYTES) {
          const chunk = data.subarray(at, at + CHUNK_BYTES)
          const startMs = Math.max(freeMs, performance.now())
          freeMs = startMs + (line.bytesPerS === null ? 0 : (1000 * chunk.length) / line.bytesPerS)
          const waitMs = freeMs - performance.now()
          if (waitMs > 1) await sleep(waitMs)
          bytes[way] += chunk.length
          const arrivedMs = line.latencyMs
          const before = last
          last = (arrivedMs === 0 ? Promise.resolve() : sleep(arrivedMs))
            .then(() => before)
            .then(() => void to.write(chunk))
        }
      }
      await last
      to.end()
    } catch {
      to.destroy()
    }
  }

  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const line: Line = {
    port: (server.address() as { port: number }).port,
    bytesPerS: null,
    latencyMs: 0,
    bytes,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return line
}
