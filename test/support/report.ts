import type { Report, ReportCell, ReportFigure, ReportRow, ReportTable, Text } from '../../src/base/report.js'

/** A report of two plants with every kind of cell, for the tests of what renders, compares and carries reports. */

const t = (en: string, zh: string): Text => ({ en, zh })
const same = (both: string): Text => ({ en: both, zh: both })

/** Names that a spreadsheet would run as a formula if it were let. */
export const FORMULA_NAMES = ['=1+2', '+1+2', '-1+2', '@SUM(1,2)', '\t=1+2', '\r=1+2', '=HYPERLINK("http://x","y")']

function figure(name: Text, value: string | null, unit: string, more: Partial<ReportFigure> = {}): ReportFigure {
  const base = { name, value, unit, reason: '' as const, coverage: null, estimated_share: null, flags: [], factors: [] }
  return { ...base, made: { by: 'statement', source: 'configuration' }, ...more }
}

function daysOf(plant: string, kpi: string, days = 31): ReportFigure['made'] {
  return { by: 'days', kpi, plant, scope: 'plant', id: plant, of: 'value', days }
}

function figuresOf(plant: string, name: Text): Record<string, ReportFigure> {
  const of = (words: Text) => t(`${name.en}: ${words.en}`, `${name.zh}：${words.zh}`)
  const at = (id: string) => `${plant}/${id}`
  const grid = { factors: ['cn.grid.prov.js.2023'], flags: ['co2_only', 'estimated'] as const, coverage: 0.997 }
  return {
    [at('scope1')]: figure(of(t('scope 1, all sources', '范围一，全部排放源')), '103862.123456', 'kg', {
      made: { by: 'sum', of: [at('scope1/gas'), at('scope1/diesel'), at('scope1/hfc')] },
    }),
    [at('scope1/gas')]: figure(of(t('natural gas, stationary', '天然气，固定燃烧')), '90531.023456', 'kg', {
      made: daysOf(plant, 'scope1_co2e'),
      factors: ['cn.fuel.natural_gas'],
      coverage: 1,
    }),
    [at('scope1/diesel')]: figure(of(t('diesel, fork lifts', '柴油，厂内叉车')), '10731.1', 'kg', {
      made: daysOf(plant, 'scope1_co2e_mobile'),
    }),
    [at('scope1/hfc')]: figure(of(t('HFC-134a, fugitive', '制冷剂 HFC-134a，逸散')), '2600', 'kg', {
      made: { by: 'rule', formula: 'refrigerant_refill', of: [at('hfc_kg')] },
    }),
    [at('hfc_kg')]: figure(of(t('HFC-134a refilled', 'HFC-134a 充注量')), '2.0', 'kg'),
    [at('elec_kwh')]: figure(of(t('electricity bought', '外购电量')), '441286.400000', 'kWh', {
      made: daysOf(plant, 'elec_import'),
      coverage: 0.997,
      estimated_share: 0.003,
      flags: ['estimated', 'counter_reset'],
    }),
    [at('scope2_lb')]: figure(of(t('electricity, location-based', '外购电力，位置法')), '257137.58528', 'kg', {
      made: daysOf(plant, 'scope2_lb'),
      ...grid,
    }),
    [at('scope2_mb')]: figure(of(t('electricity, market-based', '外购电力，市场法')), null, 'kg', {
      reason: 'no_factor',
      made: daysOf(plant, 'scope2_mb'),
    }),
    [at('net')]: figure(of(t('change of stock', '库存变化')), '-1234567.8905', 'kg', {
      made: { by: 'sum', of: [at('scope1')], less: [at('scope2_lb')] },
    }),
    [at('huge')]: figure(of(t('lifetime register', '累计读数')), '123456789012345678.123456', 'kWh'),
    [at('intensity')]: figure(of(t('emission intensity', '碳排放强度')), '4.43000000000012345678', 'kg/pc', {
      made: { by: 'quotient', of: [at('scope1'), at('elec_kwh')], times: 1 },
    }),
    [at('gaps')]: figure(of(t('gaps over an hour', '超过 1 小时的缺口')), '1', '', {
      made: { by: 'count', of: 'completeness.csv' },
    }),
    [at('tce')]: figure(of(t('energy, primary', '综合能耗，等价值')), null, 'tce', { reason: 'not_configured' }),
  }
}

const cell = (id: string, unit: string, scale: number, decimals: number): ReportCell => ({
  figure: id,
  unit,
  scale,
  decimals,
})

function row(level: 0 | 1 | 2, strong: boolean, ...cells: ReportCell[]): ReportRow {
  return { level, strong, cells }
}

function resultsOf(plant: string, name: Text): ReportTable {
  const at = (id: string) => `${plant}/${id}`
  const source = (level: 0 | 1 | 2, words: Text, ad: ReportCell, id: string) =>
    row(level, level === 0, { text: words }, ad, cell(at(id), 't CO2e', 0.001, 3))
  return {
    id: `${plant}-results`,
    title: t(`Emissions of ${name.en}`, `${name.zh}排放结果`),
    note: t(
      'Scope 2 is given by both methods; exported energy is never taken off. CO2 from biomass would stand apart.',
      '范围二同时给出位置法与市场法；外输能源不予抵扣。生物质 CO2 单列。',
    ),
    columns: [
      { id: 'source', title: t('Source', '排放源'), align: 'left' },
      { id: 'activity', title: t('Activity data', '活动数据'), align: 'right' },
      { id: 'emission', title: t('Emission', '排放量'), align: 'right' },
    ],
    rows: [
      source(0, t('Scope 1, direct emissions', '范围一 直接排放'), null, 'scope1'),
      source(1, t('Natural gas, stationary combustion', '天然气，固定燃烧'), null, 'scope1/gas'),
      source(1, t('Diesel, fork lifts', '柴油，厂内叉车'), null, 'scope1/diesel'),
      source(
        1,
        t('Refrigerant HFC-134a, fugitive', '制冷剂 HFC-134a，逸散'),
        cell(at('hfc_kg'), 'kg', 1, 1),
        'scope1/hfc',
      ),
      row(0, true, { text: t('Scope 2, indirect emissions of energy', '范围二 能源间接排放') }, null, null),
      source(
        1,
        t('Electricity bought, location-based', '外购电力，位置法'),
        cell(at('elec_kwh'), 'kWh', 1, 1),
        'scope2_lb',
      ),
      source(
        1,
        t('Electricity bought, market-based', '外购电力，市场法'),
        cell(at('elec_kwh'), 'kWh', 1, 1),
        'scope2_mb',
      ),
      source(2, t('≥ 2 registers, of which: −5 °C √Σ ≤ ₂ 测试', '≥ 2 个寄存器，其中：−5 ℃ √Σ ≤ ₂'), null, 'net'),
    ],
  }
}

const longName = t(
  'Suzhou Precision Robot Joint and Harmonic Gear Manufacturing Plant Number One & Sons (Industrial Park, East)',
  '苏州工业园区精密机器人关节与谐波减速器制造有限责任公司第一工厂（东区）',
)

function identity(): ReportTable {
  const line = (words: Text, ...cells: ReportCell[]) => row(0, false, { text: words }, ...cells)
  return {
    id: 'identity',
    title: t('Organisation', '组织'),
    columns: [
      { id: 'what', title: t('Item', '项目'), align: 'left' },
      { id: 'says', title: t('Statement', '内容'), align: 'left' },
    ],
    rows: [
      line(t('Organisation', '组织名称'), { text: longName }),
      line(t('Unified social credit code', '统一社会信用代码'), { word: '91320594MA1EXAMPLE' }),
      line(t('Address', '地址'), { text: t('1 Example Road, Suzhou', '苏州市示例路 1 号') }),
      line(t('UN/LOCODE', 'UN/LOCODE'), { word: 'CNSZH' }),
      line(t('Verifier', '核查机构'), { text: t('not configured', '未配置') }),
      ...FORMULA_NAMES.map((name) => line(t('Name as sent', '原样名称'), { word: name })),
      line(t('Name in two languages', '双语名称'), { text: same('=cmd|calc') }),
    ],
  }
}

function quality(plant: string, meters: number): ReportTable {
  const columns = ['device', 'metric', 'due', 'received', 'late', 'rejected', 'gaps', 'longest', 'flags']
  return {
    id: `${plant}-quality`,
    title: t('Completeness of each stream', '各数据流完整率'),
    columns: columns.map((id, i) => ({ id, title: t(id, `列 ${id}`), align: i < 2 ? 'left' : 'right' })),
    rows: Array.from({ length: meters }, (_, i) =>
      row(
        0,
        false,
        { word: `energy-meter-${String(i + 1).padStart(3, '0')}` },
        { word: 'elec_submeter_kwh' },
        cell(`${plant}/elec_kwh`, 'kWh', 1, 1),
        cell(`${plant}/gaps`, '', 1, 0),
        cell(`${plant}/tce`, 'tce', 1, 2),
        cell(`${plant}/intensity`, 'kg/pc', 1, 2),
        cell(`${plant}/huge`, 'GWh', 0.000001, 3),
        cell(`${plant}/net`, 't', 0.001, 2),
        { text: t('partly estimated', '部分估算') },
      ),
    ),
  }
}

const PLANTS = [
  { id: 'dresden-1', name: t('Dresden works', '德累斯顿工厂'), timezone: 'Europe/Berlin' },
  { id: 'suzhou-1', name: longName, timezone: 'Asia/Shanghai' },
] as const

/** The same every time. `meters` is how many streams each plant has: a long report has hundreds. */
export function sampleReport({ meters = 40, version = 2 } = {}): Report {
  const figures = Object.assign({}, ...PLANTS.map(({ id, name }) => figuresOf(id, name))) as Report['figures']
  return {
    format: 'greengauge-report-1',
    id: 'dresden-1+suzhou-1.ghg.2026-10-01.2026-11-01',
    version,
    profile: 'ghg',
    title: t('Greenhouse gas and energy report, October 2026', '温室气体与能耗报告，2026 年 10 月'),
    period: { from: '2026-10-01', to: '2026-11-01' },
    plants: [
      plantOf(PLANTS[0], '2026-09-30T22:00:00.000Z', '2026-10-31T23:00:00.000Z'),
      plantOf(PLANTS[1], '2026-09-30T16:00:00.000Z', '2026-10-31T16:00:00.000Z'),
    ],
    basis: {
      code: { version: '0.1.0', commit: '4be19a07d2f1' },
      factors_sha256: '9f2c'.repeat(16),
      gwp: 'AR5',
      archive: { position: 1234567, now: '2026-11-05T02:12:30.000Z' },
      rule: t(
        'Each final day in the zone of the plant is rounded to a millionth of its unit (kWh to mWh, kg to mg), half away from zero, and the days are added as integers: twelve months add up to the year exactly.',
        '每个最终日值（工厂所在时区）修约到单位的百万分之一（kWh 到 mWh，kg 到 mg），四舍五入，再按整数相加，因此十二个月之和与全年完全一致。',
      ),
    },
    sections: [
      { id: 'identity', title: t('Identity and boundary', '主体与边界'), tables: [identity()] },
      {
        id: 'results',
        title: t('Results', '排放结果'),
        note: t('Emissions in tonnes of CO2 equivalent.', '排放量以吨二氧化碳当量计。'),
        tables: PLANTS.map(({ id, name }) => resultsOf(id, name)),
      },
      { id: 'quality', title: t('Data quality', '数据质量'), tables: PLANTS.map(({ id }) => quality(id, meters)) },
    ],
    figures,
    formulas: [
      {
        id: 'scope2_lb',
        name: t('Scope 2, location-based', '范围二，位置法'),
        formula: 'E_imp × EF_grid; u = √(Σ(uᵢ·Eᵢ)²)/ΣEᵢ, ŝ, Δ ≥ 0 ∫ Π ⁴',
        source: 'GHG Protocol Scope 2 Guidance §6.11',
        confidence: 'secondary_source',
      },
    ],
    factors: [
      {
        id: 'cn.grid.prov.js.2023',
        value: '0.5827',
        unit: 'kgCO2/kWh',
        source: '生态环境部、国家统计局公告 2025 年第 47 号',
        year: '2023',
        region: 'CN-JS',
        valid_from: '2023-01-01',
        valid_to: '',
        published: '2025-12-31',
        param_source: 'default',
        confidence: 'secondary_source',
      },
    ],
    unchecked: [
      t('GB/T 32150-2025: date and any changed default values.', 'GB/T 32150-2025：日期及是否更改缺省值。'),
      t('ISO 14064-1:2018, 9.3.1: wording of the list of contents.', 'ISO 14064-1:2018 第 9.3.1 条：内容清单的措辞。'),
    ],
    previous: version === 1 ? null : previous(),
  }
}

function plantOf(plant: (typeof PLANTS)[number], start: string, end: string): Report['plants'][number] {
  return { ...plant, start, end, configurations: ['ab12'.repeat(16)] }
}

function previous(): NonNullable<Report['previous']> {
  return {
    version: 1,
    sha256: 'c0de'.repeat(16),
    differences: [
      {
        figure: 'suzhou-1/net',
        before: '-1234567.8',
        after: '-1234567.8905',
        delta: '-0.0905',
        reasons: ['late_data'],
      },
      {
        figure: 'suzhou-1/scope2_lb',
        before: '256923.5',
        after: '257137.58528',
        delta: '214.08528',
        reasons: ['late_data', 'factor_changed'],
      },
      { figure: 'suzhou-1/scope2_mb', before: '1.5', after: null, delta: null, reasons: [] },
    ],
    change: 0.00083328,
    threshold: 0.05,
    mandatory: false,
  }
}
