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
  few_values: { en: 'only {count} values so far: too few to tell', zh: '目前只有 {count} 个值：不足以判断' },
  never_changed: { en: 'did not change in {count} values', zh: '{count} 个值均未变化' },
  only_grew: {
    en: 'never fell in {count} values, from {from} to {to}',
    zh: '{count} 个值中从未下降，从 {from} 到 {to}',
  },
  fell_to_start: {
    en: 'fell {falls} times to near 0 and grew otherwise: a register that begins again',
    zh: '{falls} 次降到 0 附近，其余时间增长：会重新计数的表底',
  },
  per_interval: {
    en: 'is called like a register, but goes up and down: an amount per interval, which the gateway does not add up; have the device send its register',
    zh: '名称像累计表底，数值却有升有降：是每个间隔的量，网关不会累加；请让设备发送累计表底',
  },
  up_and_down: { en: 'goes up and down, between {from} and {to}', zh: '有升有降，在 {from} 与 {to} 之间' },
  words: { en: 'is a word, such as {example}', zh: '是文字，例如 {example}' },
  zero_or_one: { en: 'is 0 or 1', zh: '只取 0 或 1' },
  few_intervals: { en: 'only {count} intervals so far: too few to tell', zh: '目前只有 {count} 个间隔：不足以判断' },
  regular: {
    en: '{count} intervals, half of them of at most {period} s',
    zh: '{count} 个间隔，其中一半不超过 {period} 秒',
  },
  irregular: {
    en: 'the intervals differ from {from} to {to} s: it sends when something changes, or with gaps',
    zh: '间隔从 {from} 到 {to} 秒不等：变化时才发送，或有中断',
  },
  in_table: { en: 'is the metric of the table that it is called, in {unit}', zh: '与指标表同名，单位 {unit}' },
  takes_no_part: {
    en: 'no metric of the table is called so: it is kept, and takes no part in figures',
    zh: '指标表中没有此名：会保存，但不参与计算',
  },
  send_as: {
    en: '{sent} is no metric of the table: sent as {metric} it would take part in figures',
    zh: '{sent} 不在指标表中：若以 {metric} 发送，即可参与计算',
  },
  kind_of_table: { en: 'the table of metrics says so', zh: '由指标表规定' },
  line_of_topic: { en: 'it sends under this line', zh: '设备在此产线的主题下发送' },
  line_not_there: {
    en: 'it sends under {line}, which the plant does not have yet',
    zh: '设备在 {line} 下发送，工厂尚无此产线',
  },
  sends: { en: 'it sends {metrics}', zh: '它发送 {metrics}' },
  sends_class: { en: 'it sends {metrics} under the class {class}', zh: '它在类别 {class} 下发送 {metrics}' },
  behind_main: {
    en: 'it measures electricity, and {main} is the meter at the grid already',
    zh: '它计量电能，而 {main} 已是关口总表',
  },
  only_main: { en: '{main} is the main meter of the plant', zh: '{main} 是工厂的总表' },
  which_main: {
    en: 'the plant has several main meters ({mains}): behind which of them it lies the data do not say',
    zh: '工厂有多块总表（{mains}）：数据无法说明它位于哪一块之后',
  },
  no_main: { en: 'the plant has no main meter', zh: '工厂尚无总表' },
  called_main: {
    en: 'it measures electricity, the plant has no main meter, and {name} reads like one',
    zh: '它计量电能，工厂尚无总表，且 {name} 像是总表',
  },
  largest_meter: {
    en: 'the plant has no main meter, and the {power} kW of {main} are about what the {others} other new meters measure together ({sum} kW)',
    zh: '工厂尚无总表，而 {main} 的 {power} kW 约等于其他 {others} 块新电表之和（{sum} kW）',
  },
  behind_likely_main: {
    en: 'it measures electricity, and {main}, which is new too, is probably the meter at the grid: adopt that one as main as well',
    zh: '它计量电能，而同为新设备的 {main} 可能是关口总表：请同时将其作为总表接入',
  },
  which_is_main: {
    en: 'it measures electricity, and the plant has no main meter: whether this is it the data do not say',
    zh: '它计量电能，而工厂尚无总表：数据无法说明它是否就是总表',
  },
  no_role: {
    en: '{metrics} need no role: they count where the device stands',
    zh: '{metrics} 不需要角色：按设备所在位置计入',
  },
  nothing_known: { en: 'nothing that it sends tells a role', zh: '发送的内容无法说明角色' },
  power_disagrees: {
    en: '{energy} grows {times} times as fast as {power} says: one of the two has another unit than it says',
    zh: '{energy} 的增长是 {power} 所示的 {times} 倍：两者之一的单位与所写不符',
  },
  plant_not_there: { en: 'there is no plant {plant} in the configuration yet', zh: '配置中尚无工厂 {plant}' },
  profile_reads: {
    en: '{profile} reads {read} of {count} messages under this topic without a fault',
    zh: '{profile} 能无误读取该主题下 {count} 条消息中的 {read} 条',
  },
  profile_understands: {
    en: '{profile} knows this topic and takes nothing from it',
    zh: '{profile} 认识该主题，但不从中取值',
  },
  profile_unknown: {
    en: 'no profile knows this topic: greengauge profile learn proposes one to begin with',
    zh: '没有规约认识该主题：greengauge profile learn 可给出规约草稿',
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
