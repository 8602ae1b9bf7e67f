import { readdirSync, readFileSync } from 'node:fs'
import { connect as dialSocket, type Socket } from 'node:net'
import type { TestGateway } from '../../support/gateway.js'
import { CONNACK, connect, puback, publish } from '../../unit/intake/packets.js'

const MIB = 1024

/** Resident memory of the gateway's process as the system sees it, MiB. */
export function rssMiB({ process }: Pick<TestGateway, 'process'>): number {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / MIB
}

export function descriptors({ process }: TestGateway): number {
  return readdirSync(`/proc/${process.pid}/fd`).length
}

/** A client that speaks bytes; closed ones are noticed, and nothing is thrown. */
export class StormClient {
  #received = Buffer.alloc(0)
  isClosed = false
  closedAtMs: number | null = null

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]).subarray(-4096)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
      this.closedAtMs = performance.now()
    })
  }

  static dial(port: number): Promise<StormClient> {
    return new Promise((resolve, reject) => {
      const socket = dialSocket(port, '127.0.0.1', () => resolve(new StormClient(socket)))
      socket.once('error', reject)
    })
  }

  static async connected(port: number, id: string): Promise<StormClient> {
    const client = await StormClient.dial(port)
    client.socket.write(connect({ id }))
    await client.answered(CONNACK)
    return client
  }

  /** Sends one message of QoS 1 and gives how long its PUBACK took, ms. */
  async publishes(topic: string, payload: string, id = 1): Promise<number> {
    this.#received = Buffer.alloc(0)
    const sentMs = performance.now()
    this.socket.write(publish({ topic, id, payload }))
    await this.answered(puback(id))
    return performance.now() - sentMs
  }

  async answered(bytes: Buffer, timeoutMs = 120_000): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs
    while (!this.#received.includes(bytes)) {
      if (this.isClosed) throw new Error('the gateway closed the connection')
      if (performance.now() > deadlineMs) throw new Error(`no answer within ${timeoutMs} ms`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
}

/** Carries out `act` for 0 to below `count`, at most so many at once. */
export async function manyTimes<T>(count: number, atOnce: number, act: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await act(i)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

export function portOf({ mqttUrl }: TestGateway): number {
  return Number(new URL(mqttUrl).port)
}

/** The value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
