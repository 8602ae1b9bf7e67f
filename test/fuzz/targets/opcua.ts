import { RULES } from '../../support/fuzz/corpus.js'
import { JudgedDecoder } from '../decoding.js'
import { type FuzzTarget, withoutStalls } from '../target.js'

const nodes = [
  { node: 'i=1', metric: 'elec_import_kwh', unit: 'Wh', factor: 10 },
  { node: 'i=2', element: 0, metric: 'oil_c', unit: '°C' },
  { node: 'i=3', metric: 'state', words: { '1': 'EXECUTE', true: 'IDLE' } },
]
const servers = [
  { id: 'hall', endpoint: 'opc.tcp://127.0.0.1:4840', devices: [{ plant: 'p', line: 'l', device: 'd', nodes }] },
]
const decoder = new JudgedDecoder({ ...RULES, settings: { opcua: { servers } } })
const TOPIC = 'opcua/hall'
const READ_AT = Date.parse('2026-11-24T08:00:00Z')

/** Messages of the OPC UA client with some of their bytes changed. */
export const target: FuzzTarget = {
  name: 'opcua',
  says: 'what servers of OPC UA have sent is decoded by the nodes in the settings',
  bytesMax: 600,
  words: [
    ...['"read_at":', '"values":[', '"item":"i=1"', '"value":', '"type":"Int64"', '"status":', '"source_ms":', 'null'],
    ...['"connected":true', '2147483648', '"NaN"', '"Double[8]"', '-1e308'],
  ],
  seeds: () => [
    Buffer.from(`{"read_at":${READ_AT},"connected":true}`),
    message('i=1', 1e6, 'Double', 0),
    message('i=2[0]', 'NaN', 'Float', 0x8000_0000),
    message('i=3', true, 'Boolean', 0x4000_0000),
    message('i=1', '18446744073709551615', 'UInt64', 0),
  ],
  fuzz(input) {
    decoder.take(TOPIC, input, 'opcua')
  },
}

export const fuzz = withoutStalls(target)

function message(item: string, value: unknown, type: string, status: number): Buffer {
  const sent = { item, value, type, status, source_ms: READ_AT, server_ms: null }
  return Buffer.from(JSON.stringify({ read_at: READ_AT, values: [sent] }))
}
