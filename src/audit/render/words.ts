import type { Scope } from '../../base/kpi.js'
import { RESTATEMENT_REASONS_ZH } from '../../base/records.js'
import {
  type FigureMaking,
  isPointSum,
  type Report,
  type ReportProfile,
  type ReportStatus,
  type Text,
} from '../../base/report.js'

/** Words that the renderings say beside those of the document. */

export const STATUS_WORDS: Readonly<Record<ReportStatus, Text>> = {
  draft: { en: 'Draft', zh: '草稿' },
  frozen: { en: 'Frozen', zh: '已冻结' },
  verified: { en: 'Verified', zh: '已核查' },
  superseded: { en: 'Superseded', zh: '已被取代' },
}

const PROFILE_WORDS: Readonly<Record<ReportProfile, Text>> = {
  ghg: {
    en: 'GHG Protocol, ISO 14064-1 (not checked against their text)',
    zh: 'GHG Protocol、ISO 14064-1（未与标准原文核对）',
  },
  gbt32150: { en: 'GB/T 32150 (not checked against its text)', zh: 'GB/T 32150（未与标准原文核对）' },
  cbam: {
    en: 'Prepared for Annex IV, point 1.1, to Implementing Regulation (EU) 2025/2547; check against the original',
    zh: '为 (EU) 2025/2547 实施条例附件四第 1.1 点准备，请与原文核对',
  },
  'cbam-summary': {
    en: 'Prepared for Annex IV, point 1.2, to Implementing Regulation (EU) 2025/2547; check against the original',
    zh: '为 (EU) 2025/2547 实施条例附件四第 1.2 点准备，请与原文核对',
  },
  'product-footprint': {
    en: 'Prepared for ISO 14067, GB/T 24067 and PACT 3.0; check against the original',
    zh: '为 ISO 14067、GB/T 24067 和 PACT 3.0 准备，请与原文核对',
  },
  'ets-month': {
    en: 'Prepared for the monthly data of the national carbon market of China; check against the original',
    zh: '为全国碳市场月度数据存证准备，请与原文核对',
  },
  'zero-carbon-factory': {
    en: 'Prepared for the indicators of zero-carbon and green factories in China; check against the original',
    zh: '为零碳工厂、绿色工厂指标自评准备，请与原文核对',
  },
  'energy-saving': {
    en: 'ASHRAE Guideline 14, IPMVP, ISO 50006 (not checked against their text)',
    zh: 'ASHRAE Guideline 14、IPMVP、ISO 50006（未与标准原文核对）',
  },
  'centre-declaration': {
    en: 'Prepared for document 13 of 2025 of MIIT on energy and carbon management centres; check against the original',
    zh: '为工信厅节〔2025〕13号（数字化能碳管理中心）申报准备，请与原文核对',
  },
}

const CBAM_FIRST_WORDS: Text = {
  en: 'CBAM, extract of an operator (not checked against the regulation)',
  zh: 'CBAM 运营方数据摘要（未与法规原文核对）',
}

/** The regulation or standard that a report is laid out after; one of the first form of CBAM says what it said. */
export function profileWords({ profile, form }: Pick<Report, 'profile' | 'form'>): Text {
  return profile === 'cbam' && form === undefined ? CBAM_FIRST_WORDS : PROFILE_WORDS[profile]
}

export const REPORT_WORDS = {
  version: { en: 'Version', zh: '版本' },
  status: { en: 'Status', zh: '状态' },
  period: { en: 'Period', zh: '报告期' },
  plant: { en: 'Plant', zh: '工厂' },
  profile: { en: 'Laid out after', zh: '编制依据' },
  reportId: { en: 'Report', zh: '报告编号' },
  gwp: { en: 'Warming potentials', zh: '全球变暖潜势' },
  program: { en: 'Program', zh: '程序版本' },
  data: { en: 'Data', zh: '数据' },
  factorTables: { en: 'Factor tables, SHA-256', zh: '因子表 SHA-256' },
  sha256: { en: 'SHA-256 of the canonical JSON', zh: '规范 JSON 的 SHA-256' },
  fingerprint: {
    en: 'Signing key, to be compared with what the plant says by another way',
    zh: '签名密钥指纹（须与工厂另行提供的指纹核对）',
  },
  instructions: { en: 'How to check this document', zh: '如何校验本文件' },
  draftMark: { en: 'DRAFT', zh: '草稿' },
  draftSays: {
    en: 'A draft: its figures may still change, and nobody has frozen or signed it.',
    zh: '本文件为草稿：数值可能变化，尚未冻结，未经签字。',
  },
  supersededSays: { en: 'A newer version has taken its place.', zh: '已有新版本取代本版本。' },
  issued: { en: 'Issued', zh: '签发' },
  kept: {
    en: 'Too long to print: it stands whole in the workbook and as CSV.',
    zh: '篇幅过长，未印出；完整数据见工作簿和 CSV 文件。',
  },
  streamsWell: {
    en: 'streams are not printed, as all is well with them: every reading due came in time and is good, without a gap, by a clock that is right. They stand in the workbook and as CSV.',
    zh: '数据流未印出，均无异常：应收读数全部按时收到、质量为好、无缺口、时钟正常。见工作簿和 CSV 文件。',
  },
  figuresCovered: {
    en: 'figures are not printed, as they are covered in whole and not estimated. They stand in the workbook and as CSV.',
    zh: '数值未印出，覆盖率均为 100 % 且无估算。见工作簿和 CSV 文件。',
  },
  nothing: { en: 'none', zh: '无' },
  contents: { en: 'Contents', zh: '目录' },
  continued: { en: 'continued', zh: '续' },
  rounding: {
    en: 'Figures in the text are rounded, half away from zero; the exact values stand in the annex and in the other formats.',
    zh: '正文数值经四舍五入；未修约的精确值见附录及其他格式文件。',
  },
  adding: { en: 'How totals are added up', zh: '合计规则' },
  changes: { en: 'Changes since the previous version', zh: '相对上一版本的变化' },
  previousVersion: { en: 'Previous version', zh: '上一版本' },
  largestChange: { en: 'Largest change of a total', zh: '合计的最大变化' },
  threshold: { en: 'Threshold for a new issue', zh: '重新发布阈值' },
  mandatory: { en: 'Above the threshold: a new issue is mandatory.', zh: '超过阈值，必须重新发布。' },
  notMandatory: { en: 'Within the threshold.', zh: '未超过阈值。' },
  changeUnknown: { en: 'not known: a total has no value', zh: '未知：有合计缺少数值' },
  noChanges: { en: 'No figure differs.', zh: '数值均无变化。' },
  unchecked: { en: 'Not checked against the original text', zh: '未与标准原文核对的内容' },
  uncheckedNote: {
    en: 'Whoever claims conformity with these clauses has to read them in the original first.',
    zh: '主张符合下列条款之前，须先查阅标准原文。',
  },
  signatures: { en: 'Signatures', zh: '签字' },
  signaturesNote: {
    en: 'The persons below sign the version whose SHA-256 stands on this page. The digital signature of the gateway is in the ledger and in the evidence bundle.',
    zh: '以下人员就本页所列 SHA-256 对应的版本签字。网关的数字签名见账本与证据包。',
  },
  prepared: { en: 'Prepared by', zh: '编制' },
  approved: { en: 'Approved by', zh: '批准' },
  verified: { en: 'Verified by', zh: '核查' },
  personName: { en: 'Name', zh: '姓名' },
  position: { en: 'Position, organisation', zh: '职务、单位' },
  signature: { en: 'Signature', zh: '签名' },
  date: { en: 'Date', zh: '日期' },
  annex: { en: 'Annex', zh: '附录' },
  figures: { en: 'Exact values of all figures', zh: '全部数值的精确值' },
  figuresNote: {
    en: 'The figures of the report, unrounded, with how they were made. A number in the text leads here. Those of single streams and days, of the comparison with the period before, coverage and estimated shares stand in figures.csv and in the workbook.',
    zh: '报告数值的未修约值及其来历。正文中的数值可点击跳转至此。单个数据流、单日、与上一报告期比较的数值，以及覆盖率和估算占比见 figures.csv 和工作簿。',
  },
  formulas: { en: 'Formulas', zh: '公式' },
  factors: { en: 'Factors', zh: '因子' },
  figure: { en: 'Figure', zh: '数值' },
  name: { en: 'Name', zh: '名称' },
  id: { en: 'Id', zh: '编号' },
  value: { en: 'Value', zh: '数值' },
  allDigits: { en: 'all digits', zh: '全部数位' },
  exact: { en: 'Exact value', zh: '精确值' },
  unit: { en: 'Unit', zh: '单位' },
  reason: { en: 'Reason', zh: '原因' },
  coverage: { en: 'Coverage', zh: '覆盖率' },
  estimatedShare: { en: 'Estimated share', zh: '估算占比' },
  flags: { en: 'Flags', zh: '标记' },
  made: { en: 'How it was made', zh: '来历' },
  formula: { en: 'Formula', zh: '公式' },
  source: { en: 'Source', zh: '来源' },
  confidence: { en: 'How well known', zh: '核对程度' },
  before: { en: 'Before', zh: '之前' },
  after: { en: 'Now', zh: '现在' },
  delta: { en: 'Change', zh: '变化' },
  why: { en: 'Why', zh: '原因' },
  noReasonOnRecord: { en: 'nothing on record', zh: '无记录' },
  year: { en: 'Year', zh: '年份' },
  region: { en: 'Region', zh: '地区' },
  validFrom: { en: 'Valid from', zh: '生效' },
  validTo: { en: 'Valid to', zh: '失效' },
  published: { en: 'Published', zh: '发布' },
  paramSource: { en: 'Kind', zh: '类别' },
} as const satisfies Readonly<Record<string, Text>>

const RESTATED_ZH: Readonly<Record<string, string>> = RESTATEMENT_REASONS_ZH

/** The reasons of a difference in words; one that is not known stands as it is. */
export function restatedWords(reasons: readonly string[]): Text {
  return {
    en: reasons.map((reason) => reason.replaceAll('_', ' ')).join(', '),
    zh: reasons.map((reason) => RESTATED_ZH[reason] ?? reason).join('、'),
  }
}

const COUNTED_ZH: Readonly<Record<string, string>> = {
  'readings of the series': '该数据流的读数',
  'time of the period': '报告期时长',
  'rejected messages': '被拒收的消息',
  'events refrigerant_refill': '制冷剂充注事件',
  'hours of the stack': '排气筒逐时数据',
}

const SCOPES_ZH: Readonly<Record<Scope, string>> = { plant: '工厂', line: '产线', device: '设备' }

/** Origins of figures in Chinese. */
function countedInChinese(of: string): string {
  return COUNTED_ZH[of] ?? of.replace(/^final day of (\w+)$/, '$1 的最终日值')
}

/** Says how a figure came about, in a sentence that names the figures and KPIs by their ids. */
export function makingWords(made: FigureMaking): Text {
  switch (made.by) {
    case 'days': {
      const of = { value: '', numerator: ' (numerator)', denominator: ' (denominator)', highest: '' }[made.of]
      const ofZh = { value: '', numerator: '（分子）', denominator: '（分母）', highest: '' }[made.of]
      const where = `${made.plant}, ${made.scope} ${made.id}`
      const whereZh = `${made.plant}，${SCOPES_ZH[made.scope]} ${made.id}`
      return made.of === 'highest'
        ? {
            en: `highest of ${made.days} days of ${made.kpi}; ${where}`,
            zh: `${made.kpi} ${made.days} 个日值的最大值；${whereZh}`,
          }
        : {
            en: `sum of ${made.days} days of ${made.kpi}${of}; ${where}`,
            zh: `${made.kpi}${ofZh} ${made.days} 个日值之和；${whereZh}`,
          }
    }
    case 'hours': {
      const when = `${made.from}/${made.to}`
      const where = `${made.plant}, ${made.scope} ${made.id}`
      return {
        en: `sum of ${made.hours} hours of ${made.kpi}, ${when}; ${where}`,
        zh: `${made.kpi} ${made.hours} 个小时值之和，${when}；${made.plant}，${SCOPES_ZH[made.scope]} ${made.id}`,
      }
    }
    case 'sum': {
      const less = (made.less ?? []).map((id) => ` \u2212 ${id}`).join('')
      const sum = `${made.of.join(' + ')}${less}`
      return { en: sum, zh: sum }
    }
    case 'quotient': {
      const [numerator, denominator] = made.of
      const quotient = `${numerator} / ${denominator}${made.times === 1 ? '' : ` \u00d7 ${made.times}`}`
      return { en: quotient, zh: quotient }
    }
    case 'count':
      return { en: `counted from ${made.of}`, zh: `计自：${countedInChinese(made.of)}` }
    case 'rule': {
      const of = made.of.length === 0 ? '' : `: ${made.of.join(', ')}`
      return { en: `rule ${made.formula}${of}`, zh: `规则 ${made.formula}${of}` }
    }
    case 'statement':
      return { en: `stated: ${made.source}`, zh: `声明：${made.source}` }
  }
}

/** Id of the KPI or rule that a figure follows; '' where it is a sum or quotient of others, counted or stated. */
export function formulaIdOf(made: FigureMaking): string {
  return isPointSum(made) ? made.kpi : made.by === 'rule' ? made.formula : ''
}
