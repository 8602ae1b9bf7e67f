import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import type { RejectReason } from '../../../src/base/reasons.js'
import type { Accounting, PlantNode, QuarantineItem, StoreStatus } from '../../../src/base/wire.js'
import type { ForwardMeasures, Measures } from '../../../src/views/sources/measures.js'

export const NOW = '2026-11-24T12:00:00.000Z'

export const forward: ForwardMeasures = {
  isConnected: true,
  waiting: 8,
  oldestWaitingMs: Date.UTC(2026, 0, 5),
  batches: 9,
  entryBytes: 10_000,
  sentBytes: 700,
  cutShort: 1,
}

export const energy: KpiInfo = {
  id: 'energy_elec_import',
  name: { en: 'Electricity', zh: '电' },
  unit: 'kWh',
  formula: 'sum of imports',
  formula_zh: '外购电量之和',
  source: 'KPI specification',
  source_zh: '指标规范',
  confidence: 'project',
  example: '12.5 kWh',
  pillar: 'green',
  shape: 'sum',
  windows: ['1m', '15m', '1h', '1d'],
  scopes: ['plant', 'line', 'device'],
  members: 'main meters',
  members_zh: '关口表',
  nulls: 'nothing received',
  nulls_zh: '没有收到',
}

/** A point of one minute of suzhou-1. Its value tells which one it is. */
export function pointAt(minute: number, changes: Partial<KpiPoint> = {}): KpiPoint {
  const startMs = Date.parse('2026-11-24T00:00:00.000Z') + minute * 60_000
  return {
    plant: 'suzhou-1',
    scope: 'plant',
    id: 'suzhou-1',
    kpi: energy.id,
    window: '1m',
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + 60_000).toISOString(),
    value: minute,
    unit: 'kWh',
    reason: '',
    numerator: minute,
    denominator: 1,
    coverage: 1,
    estimated_share: 0,
    provisional: false,
    rev: 0,
    flags: [],
    factors: [],
    ...changes,
  }
}

export function plantNode(id: string): PlantNode {
  return {
    id,
    name: { en: id },
    timezone: 'Asia/Shanghai',
    configured: true,
    targets: [{ kpi: energy.id, window: '1d', budget: 17_000 }],
    lines: [
      {
        id: 'press',
        name: {},
        devices: [
          {
            id: 'main-1',
            role: 'main',
            configured: true,
            state: 'online',
            last_seen: NOW,
            rejected_reason: null,
            newest: NOW,
            clock: 'good',
            clock_offset_ms: -20,
            messages: 7,
            readings: 14,
            elements_rejected: 0,
            rate_per_min: 1,
            sequence_gaps: 0,
            sequence_missing: 0,
          },
        ],
      },
    ],
  }
}

export function quarantineItem(id: string, reason: RejectReason = 'bad_json'): QuarantineItem {
  return {
    id,
    received_at: NOW,
    topic: 'plants/suzhou-1/press/main-1/energy',
    client: 'main-1',
    size_bytes: 3,
    sample: '{"t',
    reason,
    rejections: [{ reason, detail: 'ends too early', index: 0 }],
    count: 1,
  }
}

export function storeStatus(name: string, type: StoreStatus['type']): StoreStatus {
  const none = { readings: 0, kpis: 0 }
  const answers_history = type === 'duckdb'
  return { name, type, answers_history, state: 'current', reason: '', pending: none, refused: none, refill: null }
}

/** As a gateway that has taken three messages counts them. */
export function accountingExample(byDevice: boolean): Accounting {
  return {
    messages: { received: 3, decoded: 2, rejected: 1, undecoded: 0 },
    readings: { decoded: 4, archived: 3, duplicate: 1, conflict: 0, pending: 0 },
    elements_rejected: 1,
    stores: {
      duckdb: {
        readings: { archived: 3, stored: 3, refused: 0, pending: 0 },
        kpis: { final: 1, stored: 1, refused: 0, pending: 0 },
      },
    },
    closes: true,
    ...(byDevice
      ? {
          devices: [
            { plant: 'suzhou-1', line: 'press', device: 'main-1', messages: 3, readings: 4, elements_rejected: 1 },
          ],
        }
      : {}),
  }
}

export const authorityFigures: Measures['authorities'][number] = {
  plant: 'suzhou-1',
  id: 'city',
  frames: [{ command: '2061', result: 'answered', count: 12 }],
  pending: 2,
  oldestPendingMs: Date.UTC(2026, 0, 5),
}

export const forecastMeasures: Measures['forecasts'] = {
  series: 3,
  issued: { next_interval: 96, day_ahead: 1 },
  failed: 1,
  processorSeconds: 12.5,
  threads: 1,
}

/** Points of days in Shanghai from 1 January 2025 on. */
export function dayPoints(values: readonly (number | null)[], more: Partial<KpiPoint> = {}): KpiPoint[] {
  return values.map((value, i) => {
    const startMs = Date.parse('2024-12-31T16:00:00Z') + i * 86_400_000
    const [start, end] = [new Date(startMs).toISOString(), new Date(startMs + 86_400_000).toISOString()]
    const basis = { numerator: value, denominator: 1, coverage: 1, estimated_share: 0, flags: [], factors: [] }
    const at = { plant: 'p', scope: 'plant', id: 'p', kpi: energy.id, window: '1d', start, end } as const
    return { ...at, value, unit: 'kWh', reason: '', ...basis, provisional: false, rev: 0, ...more }
  })
}
