import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { expect, vi } from 'vitest'
import { SOON } from '../../support/soon.js'

/** A TCP connection that speaks bytes. */
export class RawClient {
  received = Buffer.alloc(0)
  isClosed = false

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    socket.on('close', () => {
      this.isClosed = true
    })
    socket.on('error', () => {})
  }

  static async dial(port: number): Promise<RawClient> {
    const socket = dial(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  send(...packets: Buffer[]): void {
    this.socket.write(Buffer.concat(packets))
  }

  async receives(bytes: Buffer): Promise<void> {
    await vi.waitFor(() => expect(this.received.includes(bytes)).toBe(true), SOON)
  }

  async closes(): Promise<void> {
    await vi.waitFor(() => expect(this.isClosed).toBe(true), SOON)
  }
}
