import { RULES } from '../../support/fuzz/corpus.js'
import { JudgedDecoder } from '../decoding.js'
import { decided, deciding, type FuzzTarget, withoutStalls } from '../target.js'

const register = (metric: string, address: number, more: object) => ({ metric, function: 4, address, ...more })
const PROFILE = {
  protocol: 'modbus',
  name: { en: 'A meter' },
  source: ['its manual'],
  registers: [
    register('elec_import_kw', 0, { unit: 'W', type: 'float32' }),
    register('elec_import_kwh', 2, { unit: 'Wh', type: 'uint32', factor: 10, not_available: ['0xFFFFFFFF'] }),
    register('water_c', 4, { unit: '°C', type: 'int16', factor: 0.1, not_available: ['0x8000'] }),
    register('elec_export_kwh', 5, { unit: 'kWh', type: 'float64' }),
    register('gas_m3', 9, { type: 'uint64', word_order: 'little' }),
  ],
}
const units = [{ unit_id: 7, profile: 'a/meter', plant: 'p', line: 'l', device: 'meter-1' }]
const connections = [{ id: 'hall', host: '127.0.0.1', units }]
const rules = { ...RULES, settings: { modbus: { connections, profiles: { 'a/meter': PROFILE } } } }
const decoder = new JudgedDecoder(rules)
const TOPIC = 'modbus/hall/7'
const READ_AT = Date.parse('2026-11-24T08:00:00Z')

/** Registers of a meter, whatever they hold, and the message of the poller with some of its bytes changed. */
export const target: FuzzTarget = {
  name: 'modbus',
  says: 'what registers of a meter hold is decoded by a register map',
  bytesMax: 600,
  words: ['"read_at":', '"blocks":[', '"fc":4,', '"address":0,', '"hex":"', 'ffffffff', '7fc00000', '7f800000', '8000'],
  seeds: () => [
    deciding(0, Buffer.from('447a0000000003e800f1405edd2f1a9fbe770000000000000001', 'hex')),
    deciding(0, Buffer.from('7f800000ffffffff8000fff80000000000000000000000000000', 'hex')),
    deciding(1, message(Buffer.from('447a0000000003e800f1', 'hex'))),
    deciding(1, Buffer.from('{"read_at":1,"blocks":[]}')),
  ],
  fuzz(input) {
    const { choice, rest } = decided(input)
    decoder.take(TOPIC, choice & 1 ? rest : message(rest.subarray(0, 2 * Math.floor(rest.length / 2))), 'modbus')
  },
}

export const fuzz = withoutStalls(target)

function message(registers: Buffer): Buffer {
  return Buffer.from(
    JSON.stringify({ read_at: READ_AT, blocks: [{ fc: 4, address: 0, hex: registers.toString('hex') }] }),
  )
}
