import type { IntakeEntryMessage } from '../../src/intake/journal-sink.js'

export const TS = Date.UTC(2026, 0, 5)

/** A message of a meter of plant p1, unless said otherwise. */
export function message(of: Partial<IntakeEntryMessage> = {}): IntakeEntryMessage {
  return {
    kind: 'message',
    arrivedAt: TS,
    ingress: 'mqtt',
    client: 'meter-1',
    topic: 'plants/p1/hall/meter-1/energy',
    payload: Buffer.from('{"metrics":{"elec_import_kwh":1}}'),
    qos: 1,
    retain: false,
    fullSizeBytes: null,
    ...of,
  }
}
