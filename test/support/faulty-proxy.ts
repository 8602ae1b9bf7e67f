import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** Treatment of writes by a fault-injecting proxy; questions always go through. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** An answer of 500 to every write, and none reaches the server. */
  | { readonly kind: 'broken' }
  /** An answer of 500 to every write that holds this text, as from a server that stumbles over one point for ever. */
  | { readonly kind: 'poisoned'; readonly text: string }
  /** The server takes the write, and its answer is lost on the way back. */
  | { readonly kind: 'swallow' }

export interface FaultyProxy {
  readonly url: string
  mode: ProxyMode
  /** Writes that the server took and whose answer never got back. */
  readonly swallowed: number
  close(): Promise<void>
}

const STUMBLED = JSON.stringify({ error: 'panic: runtime error: index out of range' })

/** A proxy in front of a real server that makes the faults which the server itself cannot be brought to make. */
export async function openFaultyProxy(target: string): Promise<FaultyProxy> {
  const state = { mode: { kind: 'pass' } as ProxyMode, swallowed: 0 }
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => take(incoming, Buffer.concat(chunks), outgoing))
  })

  function take(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const { mode } = state
    const isWrite = incoming.url?.startsWith('/write') === true
    if (isWrite && (mode.kind === 'broken' || (mode.kind === 'poisoned' && body.includes(mode.text)))) {
      outgoing.writeHead(500, { 'content-type': 'application/json' }).end(STUMBLED)
    } else pass(incoming, body, outgoing, isWrite && mode.kind === 'swallow')
  }

  function pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, isSwallowed: boolean): void {
    const { method, headers } = incoming
    const onward = request(target + incoming.url, { method, headers, agent: false }, (answer) => {
      if (isSwallowed) {
        answer.resume()
        state.swallowed++
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  }

  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    get mode() {
      return state.mode
    },
    set mode(mode: ProxyMode) {
      state.mode = mode
    },
    get swallowed() {
      return state.swallowed
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
