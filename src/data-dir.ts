import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { refuseHalfRestored, refuseNewerFormats } from './audit/formats.js'

/** Longest path of a socket that every system takes. */
const SOCKET_PATH_BYTES_MAX = 100

/**
 * Makes this process the only gateway on a data directory, until it ends or `close` is called. Two would each write a
 * journal that the other's cuts off. The sign is a socket: unlike a number in a file it dies with its process, however
 * that ends. Rejects with the code `ELOCKED` when another gateway is there, and with `UnfitData`, before anything is written,
 * when a newer program has written the files or a restore of them was interrupted; who restores sees to that itself.
 */
export async function occupy(dataDir: string, { isRestored = false } = {}): Promise<Server> {
  if (!isRestored) {
    refuseNewerFormats(dataDir)
    refuseHalfRestored(dataDir)
  }
  mkdirSync(dataDir, { recursive: true })
  const path = socketPath(dataDir)
  if (await isAnswered(path)) {
    const message = `another gateway runs on ${dataDir}; stop it, or set another data_dir`
    throw Object.assign(new Error(message), { code: 'ELOCKED' })
  }
  rmSync(path, { force: true })
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return server.unref()
}

/** Whether a gateway runs on a data directory. */
export function isOccupied(dataDir: string): Promise<boolean> {
  return isAnswered(socketPath(resolve(dataDir)))
}

function socketPath(dataDir: string): string {
  const path = join(dataDir, 'gateway.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  return join(tmpdir(), `greengauge-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.sock`)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
