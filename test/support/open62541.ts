import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './gateway.js'
import { playedServer, type SetValue, type TestOpcuaServer } from './opcua-server.js'

const HEADER = '/usr/include/open62541/server.h'
const COMPILER = '/usr/bin/cc'
const REMEDY = 'open62541 is missing: apt-get install libopen62541-1.4-dev gcc libc6-dev'

/** True where a server by open62541 can be compiled; said in one line where not, and a failure with `REQUIRE_SERVERS=1`. */
export function hasOpen62541(): boolean {
  if (existsSync(HEADER) && existsSync(COMPILER)) return true
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(REMEDY)
  console.warn(`skipped: ${REMEDY}`)
  return false
}

/** Compiles the server into a folder and gives the path of the program. */
export function compiledOpen62541(dir: string): string {
  const program = join(dir, 'open62541-server')
  const source = join(import.meta.dirname, 'open62541-server.c')
  execFileSync(COMPILER, ['-O1', '-Wall', '-Werror', '-o', program, source, '-lopen62541'])
  return program
}

export interface Open62541Setup {
  readonly program: string
  /** False to refuse certificates of clients that it does not know. */
  readonly trusts?: boolean
  readonly port?: number
}

/**
 * A server of OPC UA by open62541, which shares no line with the library of the gateway. It has the variables `Oil`, `Power` and
 * `Energy`, the last with history; a status is a number, and each value has a time.
 */
export async function startOpen62541({ program, trusts = true, port }: Open62541Setup): Promise<TestOpcuaServer> {
  const own = port ?? (await freePort())
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-open62541-'))
  const child = spawn(program, [String(own), trusts ? 'trust' : 'none'], { stdio: ['pipe', 'pipe', 'pipe'] })
  return playedServer(child, own, dir, linesOf)
}

function linesOf({ set = [] }: { readonly set?: readonly SetValue[] }): string {
  const parts = set.map(({ name, value, status = 0, source_ms = Date.now() }) => {
    return `${name} ${Number(status)} ${source_ms} ${value}`
  })
  return ['set', ...parts].join(';')
}
