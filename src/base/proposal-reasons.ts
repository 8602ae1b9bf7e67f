/** Reasons for which something is proposed, or left unknown: a code with its values, said in words where people read it. */
export interface ProposalReason {
  readonly code: ProposalReasonCode
  /** Put into the words of the code, by name. */
  readonly values: Readonly<Record<string, string | number>>
}

/** Words of each reason; `{name}` is one of its values. */
export const PROPOSAL_REASONS = {
  name: { en: 'the name {name} is one that {metric} goes by', zh: '名称 {name} 通常指 {metric}' },
  unit_alone: { en: 'the key {name} is a unit, {unit}', zh: '键名 {name} 本身就是单位 {unit}' },
  unit_in_key: { en: 'the unit {unit} stands in the key {name}', zh: '键名 {name} 中写有单位 {unit}' },
  unit_in_message: { en: 'the message says the unit {unit} beside it', zh: '报文在数值旁写明单位 {unit}' },
  unit_missing: {
    en: 'may be {metric}, but nothing says its unit: find out whether it is {units}, then write metric and unit',
    zh: '可能是 {metric}，但未写明单位：请查明是 {units} 中的哪一个，再写上指标和单位',
  },
  unit_disagrees: {
    en: 'the key says {key_unit} and the message {unit}: find out which of them is right, then write metric and unit',
    zh: '键名写 {key_unit}，报文写 {unit}：请查明哪个正确，再写上指标和单位',
  },
  unit_unfit: {
    en: 'may be {metric} by its name, but {unit} is no unit of that',
    zh: '按名称可能是 {metric}，但 {unit} 不是它的单位',
  },
  generation: { en: 'stands beside words for generation: {name}', zh: '旁边有表示发电的词：{name}' },
  storage: { en: 'stands beside words for a battery: {name}', zh: '旁边有表示储能的词：{name}' },
  storage_way: { en: 'of a battery: charged or discharged?', zh: '属于储能：是充电还是放电？' },
  session: {
    en: 'may be the energy of one charging session, which begins again at 0: no register',
    zh: '可能是一次充电的电量，每次从 0 开始：不是累计表底',
  },
  part: {
    en: 'one of several phases or places: their sum is what a metric means',
    zh: '多相或多处之一：指标指的是它们之和',
  },
  own_name: {
    en: 'no metric of the table goes by {name}: it is kept under its own name',
    zh: '指标表中没有叫 {name} 的指标：按原名保存',
  },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>

export type ProposalReasonCode = keyof typeof PROPOSAL_REASONS

/** A reason with its values; the words are those of its code. */
export function because(code: ProposalReasonCode, values: ProposalReason['values'] = {}): ProposalReason {
  return { code, values }
}

/** One sentence, without a full stop. */
export function reasonText({ code, values }: ProposalReason, language: 'en' | 'zh'): string {
  return PROPOSAL_REASONS[code][language].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  )
}
