import type { DeviceNode, PlantNode, Target } from '../../../src/base/wire.js'

type Device = Pick<DeviceNode, 'id' | 'role'>

/** A plant of one line, as `GET /plants` gives it; its devices are online and have just sent. */
export function aPlant(devices: readonly Device[], targets: readonly Target[] = []): PlantNode {
  const line = {
    id: 'hall',
    name: {},
    devices: devices.map((device) => ({
      ...device,
      configured: device.role !== null,
      state: 'online' as const,
      last_seen: '2026-11-24T08:00:00Z',
      rejected_reason: null,
      newest: '2026-11-24T08:00:00Z',
      clock: 'good' as const,
      clock_offset_ms: -20,
      messages: 1,
      readings: 1,
      elements_rejected: 0,
      rate_per_min: 1,
      sequence_gaps: 0,
      sequence_missing: 0,
    })),
  }
  return { id: 'suzhou-1', name: {}, timezone: 'Asia/Shanghai', configured: true, targets, lines: [line] }
}
