import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Debian's own: the one that Debian's packages for Python are installed for. */
const PYTHON = '/usr/bin/python3'

export interface Registers {
  readonly unit: number
  readonly fc: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

export interface ModbusMeters {
  readonly port: number
  set(registers: Registers): Promise<void>
  /** From now on what this unit is asked stays without an answer. */
  silence(unit: number): Promise<void>
  /** As a power cut does. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** Meters on Modbus TCP, played by pymodbus. Port 0 takes any free one. */
export async function startModbusMeters(port = 0): Promise<ModbusMeters> {
  const program = spawn(PYTHON, [`${import.meta.dirname}/modbus-meters.py`, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(program, 'exit')
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<string> => {
    const { value } = await lines.next()
    if (value === undefined) throw new Error('the Modbus meters have ended')
    return value
  }
  const tell = async (what: object): Promise<void> => {
    program.stdin.write(`${JSON.stringify(what)}\n`)
    await answer()
  }
  return {
    port: Number(await answer()),
    set: tell,
    silence: (unit) => tell({ unit, silent: true }),
    kill: async () => {
      program.kill('SIGKILL')
      await exited
    },
    close: async () => {
      program.stdin.end()
      await exited
    },
  }
}

/** The two registers of a 32-bit float, high first. */
export function floatWords(value: number): number[] {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
}
