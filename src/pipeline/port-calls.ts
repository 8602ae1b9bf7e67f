import type { MessagePort } from 'node:worker_threads'

type PortCall =
  | { readonly type: 'ask'; readonly id: number }
  /** `trouble` is '' when it was done. */
  | { readonly type: 'answer'; readonly id: number; readonly trouble: string }

const STOPPED = 'the gateway has stopped'

/**
 * Two threads that have one thing each to ask of the other: the owner of a cluster's partition has the pipeline write its files
 * before they are held, and the pipeline waits until a frozen report is where the next owner finds it.
 */
export class PortCalls {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (trouble: string) => void>()
  #asked = 0
  #isClosed = false

  /** @param work what the other side asks for; when it rejects, the asking side is told why */
  constructor(port: MessagePort, work: () => Promise<void>) {
    this.#port = port
    port.on('message', (call: PortCall) => {
      if (call.type === 'answer') this.#settle(call.id, call.trouble)
      else void this.#do(call.id, work)
    })
    // The port keeps no thread alive: who waits here has other reasons to go on.
    port.unref()
    port.on('close', () => {
      this.#isClosed = true
      for (const id of [...this.#waiting.keys()]) this.#settle(id, STOPPED)
    })
  }

  /** Resolves when the other side has done it, rejects with its reason, or when the port is closed. */
  request(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error(STOPPED))
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (trouble) => (trouble === '' ? resolve() : reject(new Error(trouble))))
      this.#port.postMessage({ type: 'ask', id } satisfies PortCall)
    })
  }

  async #do(id: number, work: () => Promise<void>): Promise<void> {
    const trouble = await work().then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : String(error)) || 'it failed without a reason',
    )
    this.#port.postMessage({ type: 'answer', id, trouble } satisfies PortCall)
  }

  #settle(id: number, trouble: string): void {
    this.#waiting.get(id)?.(trouble)
    this.#waiting.delete(id)
  }
}
