import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { watched } from '../bench/measure/processes.js'
import { freePort } from './gateway.js'

/** The plant whose press the tests of the client read. */
export const OPCUA_PLANT = {
  id: 'a',
  name: { en: 'A' },
  timezone: 'UTC',
  lines: [{ id: 'l' }],
  devices: [{ id: 'press-1', line: 'l', role: 'main', on_change: true }],
}

/** Options of a server; `dir` and `port` are made where they are not given. */
export interface OpcuaServerSetup {
  readonly variables?: readonly {
    readonly name: string
    readonly type?: string
    readonly unit?: string
    readonly history?: number
  }[]
  /** Passwords by user; anybody is let in when absent. */
  readonly users?: Readonly<Record<string, string>>
  /** False to refuse certificates of clients that it does not know. */
  readonly trusts?: boolean
  /** Variables `C0`, `C1` … that count by themselves. */
  readonly many?: { readonly count: number; readonly every_ms: number; readonly history: number }
  /** Operations of one request, as a server states them: `maxNodesPerHistoryReadData`, `maxMonitoredItemsPerCall`. */
  readonly limits?: Readonly<Record<string, number>>
  /** Requests that are answered with BadServerTooBusy before the first that is not, by service: `HistoryRead`, `CreateMonitoredItems`. */
  readonly busy?: Readonly<Record<string, number>>
  readonly port?: number
  readonly dir?: string
}

export interface SetValue {
  readonly name: string
  readonly value: unknown
  readonly type?: string
  /** Symbol of a StatusCode; its number for a server by open62541. */
  readonly status?: string | number
  readonly source_ms?: number
}

export interface TestOpcuaServer {
  readonly port: number
  readonly dir: string
  readonly endpoint: string
  set(...values: readonly SetValue[]): Promise<void>
  /** Number of times that the variables that count by themselves have counted. */
  counted(): Promise<number>
  /** The shortest time between an answer that it is busy and the next request of that kind, ms. */
  shortestPauseMs(): Promise<number>
  /** Lets the variables that count by themselves count no more. */
  hold(): Promise<void>
  /** As a power cut does; its folder stays. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** A server of OPC UA as a process of its own, by node-opcua. */
export async function startOpcuaServer(setup: OpcuaServerSetup): Promise<TestOpcuaServer> {
  const port = setup.port ?? (await freePort())
  const dir = setup.dir ?? mkdtempSync(join(tmpdir(), 'greengauge-opcua-'))
  const script = join(import.meta.dirname, 'opcua-server.mjs')
  const program = spawn(process.execPath, [script, JSON.stringify({ variables: [], ...setup, port, dir })], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  return playedServer(program, port, dir)
}

/** A program that plays a server: it is told one line, as `opcua-server.mjs` has them or as `lineOf` writes them, and answers one. */
export async function playedServer(
  program: ReturnType<typeof spawn>,
  port: number,
  dir: string,
  lineOf: (what: { readonly set?: readonly SetValue[] }) => string = JSON.stringify,
): Promise<TestOpcuaServer> {
  watched(program)
  let complaints = ''
  program.stderr!.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-10_000)
  })
  const exited = once(program, 'exit')
  const lines = createInterface({ input: program.stdout! })[Symbol.asyncIterator]()
  /** The library prints what it thinks to the same place: only our own lines are answers. */
  const answer = async (isOurs: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const { value } = await lines.next()
      if (value === undefined) throw new Error(`the OPC UA server has ended:\n${complaints}`)
      if (isOurs(value as string)) return value as string
    }
  }
  await answer((line) => line === 'ready')
  let asking: Promise<unknown> = Promise.resolve()
  const tell = (what: {
    readonly set?: readonly SetValue[]
    readonly count?: true
    readonly pause?: true
    readonly still?: true
  }): Promise<unknown> => {
    const told = asking.then(async () => {
      program.stdin!.write(`${lineOf(what)}\n`)
      return JSON.parse(await answer((line) => /^(null|\d+)$/.test(line))) as unknown
    })
    asking = told.catch(() => undefined)
    return told
  }
  return {
    port,
    dir,
    endpoint: `opc.tcp://127.0.0.1:${port}/`,
    set: async (...values) => void (await tell({ set: values })),
    counted: async () => (await tell({ count: true })) as number,
    shortestPauseMs: async () => (await tell({ pause: true })) as number,
    hold: async () => void (await tell({ still: true })),
    kill: async () => {
      program.kill('SIGKILL')
      await exited
    },
    close: async () => {
      if (program.exitCode === null && program.signalCode === null) program.stdin!.end()
      await exited
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
