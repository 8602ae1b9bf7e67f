import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './gateway.js'
import { startServer, type TestServer } from './test-server.js'

export interface MosquittoOptions {
  /** More lines of its configuration, for the one listener. */
  readonly listener?: readonly string[]
  /** Makes it save its sessions to the disk at every change; when absent only at its end. */
  readonly saveEvery?: 'change'
}

/**
 * A mosquitto that keeps its sessions in a file, and for each of them all that comes (of itself it drops what is beyond a
 * thousand messages). It acknowledges before it has saved: killed, it has what it saved last. `path` as
 * `findServer('mosquitto')` gives it; the url is mqtt://, whatever the listener speaks.
 */
export async function startMosquitto(path: string, options: MosquittoOptions = {}): Promise<TestServer> {
  const port = await freePort()
  return startServer({
    parent: tmpdir(),
    url: `mqtt://127.0.0.1:${port}`,
    isUp: () => answers(port),
    command: (dir) => {
      const file = join(dir, 'mosquitto.conf')
      const lines = [
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        ...(options.listener ?? []),
        'max_queued_messages 0',
        'persistence true',
        `persistence_location ${dir}/`,
        ...(options.saveEvery === 'change' ? ['autosave_on_changes true', 'autosave_interval 1'] : []),
        // Else it looks for a user of its own when root starts it, who cannot write here.
        'user root',
        '',
      ]
      writeFileSync(file, lines.join('\n'))
      return [path, '-c', file]
    },
  })
}

/** True when something listens on a port, of loopback unless told otherwise. */
export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
