import type { Figure } from '../windows/point.js'
import { type Basis, FROM_HOURS, figure, type Kpi, kpi, type Recipe, type SampleDelivery, WHOLE } from './recipe.js'

/** KPIs of how well devices report. */
export const REPORTING: readonly Kpi[] = [
  kpi(
    {
      id: 'data_completeness',
      name: { en: 'Data completeness', zh: '数据完整率' },
      unit: '1',
      formula: 'Σ min(received, expected) / Σ expected, over the metrics of all devices',
      formula_zh: 'Σ min(收到, 应收) / Σ 应收，按全部设备的测点',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'period 60 s, 57 samples in an hour: 57 / 60 = 0.95',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'every known metric of every device that sends in a period; expected is the time divided by period_s',
      nulls: 'no_denominator when nothing was due',
    },
    shareOf(({ received, due }) => [Math.min(received, due), due]),
  ),
  kpi(
    {
      id: 'data_validity',
      name: { en: 'Data validity', zh: '数据有效率' },
      unit: '1',
      formula: 'samples of quality good / samples received, over the metrics of all devices',
      formula_zh: '质量为好的读数 / 收到的读数，按全部设备的测点',
      source: 'KPI specification §3',
      confidence: 'project',
      example: '60 samples in an hour, 3 of them of quality fault: 57 / 60 = 0.95',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'every known metric of every device, events apart',
      nulls: 'no_denominator when nothing was received',
    },
    shareOf(({ good, received }) => [good, received]),
  ),
  kpi(
    {
      id: 'data_timeliness',
      name: { en: 'Data timeliness', zh: '数据及时率' },
      unit: '1',
      formula: 'samples that arrived within 10 s of their time / samples received, over the metrics of all devices',
      formula_zh: '10 秒内到达的读数 / 收到的读数，按全部设备的测点',
      source: 'KPI specification §3',
      confidence: 'project',
      example: '60 samples in an hour, 6 of them back-filled a minute later: 54 / 60 = 0.9',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members:
        'every known metric of every device, events apart; of a reading that came twice the arrival that was kept',
      nulls: 'no_denominator when nothing was received',
    },
    shareOf(({ timely, received }) => [timely, received]),
  ),
  kpi(
    {
      id: 'connectivity',
      name: { en: 'Connectivity', zh: '设备在线率' },
      unit: '1',
      formula:
        'Σ time in which a device is heard / Σ time in which it is due; heard is the best known of its metrics, without intervals beyond max_gap_s',
      formula_zh: 'Σ 设备在线时间 / Σ 应在线时间；在线时间取最完整的测点，间隔超过 max_gap_s 的不计',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'two devices, one silent for 30 min of an hour: 90 / 120 = 0.75',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'every device that has sent or is expected to',
      nulls: 'no_denominator when no device was due',
    },
    { total: heardOf, add: addShares, figure: shareFigure },
  ),
]

type Share = readonly [part: number, whole: number]

function shareOf(of: (report: SampleDelivery) => Share): Recipe<Share> {
  return {
    total: (basis) => {
      let total: Share = [0, 0]
      for (const report of basis.reports()) total = addShares(total, of(report))
      return total
    },
    add: addShares,
    figure: shareFigure,
  }
}

function addShares(a: Share, b: Share): Share {
  return [a[0] + b[0], a[1] + b[1]]
}

/** Makes a figure that is known in any case: what was not received is what it tells. */
function shareFigure([part, whole]: Share): Figure {
  return figure(part, whole, { coverage: 1, estimatedShare: 0, flags: 0 }, 1)
}

/** Seconds; a device is there when one of its metrics is. */
function heardOf(basis: Basis): Share {
  const devices = new Map<string, { heardMs: number; expectedMs: number }>()
  for (const { device, heardMs, expectedMs } of basis.reports()) {
    const known = devices.get(device)
    devices.set(device, {
      heardMs: Math.max(known?.heardMs ?? 0, heardMs),
      expectedMs: Math.max(known?.expectedMs ?? 0, expectedMs),
    })
  }
  let total: Share = [0, 0]
  for (const { heardMs, expectedMs } of devices.values()) total = addShares(total, [heardMs / 1000, expectedMs / 1000])
  return total
}
