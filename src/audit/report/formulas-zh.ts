import { CATALOGUE } from '../../kpi/catalogue.js'

/** The formula of each KPI says itself in Chinese, so that pages and reports say the same. */
const OF_KPIS: ReadonlyMap<string, string> = new Map(CATALOGUE.map(({ formula, formula_zh }) => [formula, formula_zh]))

/**
 * Formulas of reports alone, and of earlier editions, in Chinese. A report states a formula once, in English, and keeps it for
 * ever; these words are for whoever reads a rendering in Chinese. What is not known here stands as it was stated.
 */
const FORMULAS: Readonly<Record<string, string>> = {
  'Σ over hours of (max(0, ΔE_pv − ΔE_exp) + contracts, never above ΔE_imp) / Σ electricity consumed; a contract is spread evenly over its vintage year':
    '逐小时 Σ (max(0, ΔE_pv − ΔE_exp) + 合同电量，不超过 ΔE_imp) / Σ 用电量；合同电量在其年份内均匀分摊',
  'Σ over valid hours of CO2 % / 100 · Q · 44.0095 / 22.414; a part of stationary combustion':
    '有效小时 Σ CO2 % / 100 · Q · 44.0095 / 22.414；属于固定燃烧',
  'kg · GWP of the plant’s set; mixtures by their parts, each refill rounded to a millionth of a kilogram':
    'kg · 工厂所选 GWP；混合物按组分，每次充注修约到百万分之一千克',
  'no device is configured for it, none has sent it, and no event was reported':
    '未配置相应设备，无设备上报，也无上报事件',
  '0 where people state for every day of the period that there is no direct source, and no meter and no entry of the period says otherwise; else not known':
    '报告期内每一天均有人申报无直接排放源、且计量和填报均未与之不符时为 0；否则未知',
  'Σ over hours of kg as measured, or as substituted where it was not measured; each hour rounded to a millionth of a kilogram; not known when an hour has neither':
    '逐小时 Σ kg，实测，无实测时用替代值；每小时修约到百万分之一千克；某小时两者皆无则为未知',
  '(hours − stopped − invalid) / (hours − stopped) · 100, over the period':
    '（小时数 − 停运 − 无效）/（小时数 − 停运）· 100，按报告期',
  'highest hourly mean at reference oxygen among the valid hours': '有效小时中按基准氧含量折算的最大小时均值',
  'HJ 75: highest of the last 180, 720 or 2160 valid hours by capture and length of the gap; EU MRR: mean and two standard deviations of the year':
    'HJ 75：按捕集率和缺失时长，取此前 180、720 或 2160 个有效小时的最大值；欧盟 MRR：全年均值加两倍标准差',
  'min(received, expected) / expected · 100': 'min(收到, 应收) / 应收 · 100',
  'Σ over streams of min(received, expected), over the whole period': '各数据流 Σ min(收到, 应收)，按整个报告期',
  '√(u(activity)² + u(factor)²)': '√(u(活动)² + u(因子)²)',
  'kWh exported · (location-based emissions of purchased electricity / kWh imported)':
    '外送 kWh ·（外购电力基于位置的排放量 / 外购 kWh）',
  'total of the plant · share that is configured': '工厂合计 · 配置的份额',
  'SEE = own emissions a tonne + Σ tonnes of precursor a tonne · SEE of the precursor':
    'SEE = 每吨自身排放 + Σ 每吨所用前体吨数 · 前体的 SEE',
  'good pieces · kg a piece / 1000': '合格品件数 · 单件千克 / 1000',
  'emissions of precursors whose values are defaults / embedded emissions': '采用缺省值的前体排放 / 隐含排放',
  'Σ over known days of (line through the days of the baseline + non-routine events − energy used); the line by least squares, its variables by the lowest BIC; bounds by Student’s t, widened by (1 + ρ) / (1 − ρ) for errors that stay for days':
    '逐个已知日 Σ（基准期日数据的回归线 + 非例行事件 − 实际用电量）；最小二乘回归，变量按贝叶斯信息准则最低者选取；上下限按 t 分布，误差持续数日时按 (1 + ρ) / (1 − ρ) 放宽',
  'kg of allowances left · price of a tonne / 1000': '剩余配额 kg · 每吨价格 / 1000',
  'energy_comprehensive_pv / coal equivalent of a kWh · 1000': 'energy_comprehensive_pv / 每 kWh 折标煤系数 · 1000',
  'kWh covered at 0 kgCO2e/kWh · coal equivalent of a kWh by the basis of the plant / 1000; 0 without a contract':
    '零排放合同覆盖的 kWh · 按工厂口径的每 kWh 折标煤系数 / 1000；无合同为 0',
  'Σ of statements that follow each other from the first day of the period to its last, in one currency; else not known':
    '自报告期首日至末日逐段相接、币种一致的申报金额之和；否则未知',
  'kWh a tonne · factor of electricity': '每吨 kWh · 电力因子',
  'kWh · factor of electricity': 'kWh · 电力因子',
  'part of actual or default values in SEE indirect with precursors / SEE indirect with precursors · 100':
    '含前体间接 SEE 中实际值或缺省值的部分 / 含前体间接 SEE · 100',
  'tonnes made · tonnes of precursor a tonne': '产量 · 每吨所用前体吨数',
  'Σ tonnes of precursor · SEE of the precursor / Σ tonnes of precursor': 'Σ 前体吨数 · 前体的 SEE / Σ 前体吨数',
  'energy of the line · emissions of that energy in the plant / energy used in the plant, over the hours of the lot':
    '产线用能 · 工厂该能源的排放 / 工厂该能源用量，按批次时段',
  'emissions of the line · part of the lot; not known where lots get more than all of the line':
    '产线排放 · 批次份额；各批次份额超过产线全部时为未知',
  'Σ over inputs of amount · footprint of the supplier; not known until as many are on record as the lot states':
    'Σ 各输入用量 · 供应商碳足迹；在录输入数与批次所列不符时为未知',
  'footprint of the file / its declared amount; not known without a file, in another unit, or outside its validity':
    '文件所载碳足迹 / 声明数量；无文件、单位不同或不在有效期内时为未知',
  'amount · footprint of the supplier': '用量 · 供应商碳足迹',
  'Σ part · its share of primary data / footprint; a part of the line has 100 % where its emission factors are measured or of the supplier, else 0 %':
    'Σ 各部分 · 其初级数据占比 / 碳足迹；产线部分的排放因子为实测或供应商提供时为 100 %，否则为 0 %',
}

/** Formulas of several carriers, and ends that several have. */
const PATTERNS: readonly (readonly [english: RegExp, chinese: string])[] = [
  [
    /^Δ (\S+) \+ Σ events fuel_used that name it, kg \/ 1000, GJ \/ NCV$/,
    'Δ $1 + Σ 指明该燃料的 fuel_used 事件，kg / 1000，GJ / NCV',
  ],
  [
    /^Σ over hours of \(Δ (\S+) \+ events fuel_used that name it\) × NCV of the plant, else of the table$/,
    '逐小时 Σ (Δ $1 + 指明该燃料的 fuel_used 事件) × 工厂的 NCV，无则用因子表的',
  ],
  [
    /^Σ over hours of \(Δ (\S+) \+ events fuel_used that name it\) × NCV: the mean of (\S+) in the hour, .+$/,
    '逐小时 Σ (Δ $1 + 指明该燃料的 fuel_used 事件) × NCV：该小时 $2 的均值，无则用工厂的，再无则用因子表的',
  ],
  [
    /^Σ over hours and meters of mass × \(h − (\S+)\) \/ 1000, h by IAPWS-IF97 from the mean pressure and temperature, else of ([^,]+)$/,
    '逐小时、逐表 Σ 质量 × (h − $1) / 1000，h 由平均压力和温度按 IAPWS-IF97，无则按 $2',
  ],
  [
    /^Σ over hours and meters of mass × \(h − (\S+)\) \/ 1000, h by IAPWS-IF97 from the mean pressure and temperature, else of (\S+), else (\S+)$/,
    '逐小时、逐表 Σ 质量 × (h − $1) / 1000，h 由平均压力和温度按 IAPWS-IF97，无则按 $2，再无则按 $3',
  ],
  [
    /^Σ fuels, (?:bought )?steam, heat and bought media × coal equivalent \+ (\(.+\)) × 0\.1229 kgce\/kWh, without on-site generation$/,
    'Σ 燃料、外购蒸汽、热力和耗能工质 × 折标煤系数 + $1 × 0.1229 kgce/kWh，不含自发电',
  ],
  [
    /^Σ fuels, (?:bought )?steam, heat and bought media × coal equivalent \+ (\(.+\)) × (coal_equivalent\.\S+) of the plant, which has no default$/,
    'Σ 燃料、外购蒸汽、热力和耗能工质 × 折标煤系数 + $1 × 工厂的 $2（无缺省值）',
  ],
  [
    /^Σ fuels, (?:bought )?steam, heat and bought media × coal equivalent \+ (\(.+\)) × the value of electricity that (\S+) names: .+$/,
    'Σ 燃料、外购蒸汽、热力和耗能工质 × 折标煤系数 + $1 × $2 所定的电力折标系数（当量值或等价值，见该数值的因子）',
  ],
  [/^Σ (CH4|CO2|N2O) of all sources, before its warming potential$/, 'Σ 全部排放源的 $1，未乘 GWP'],
]

/** A formula in Chinese; as it is stated where it has no words, or none that are known here. */
export function formulaInChinese(formula: string): string {
  const known = OF_KPIS.get(formula) ?? FORMULAS[formula]
  if (known !== undefined) return known
  const [pattern, chinese] = PATTERNS.find(([english]) => english.test(formula)) ?? []
  return pattern === undefined || chinese === undefined ? formula : formula.replace(pattern, chinese)
}
