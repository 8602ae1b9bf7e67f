import { PROTOCOL_PARTS, PROTOCOL_SENTENCES } from './rejections-of-protocols.zh.js'

/**
 * Chinese for what the gateway says of a rejected message: its sentences as patterns, each with what stands for it.
 * Names, values and texts of devices stay as they came. A test decodes faulty messages, so that no pattern falls behind
 * the decoder.
 */
const SENTENCES: readonly (readonly [sentence: RegExp, chinese: string])[] = [
  [/^the payload is empty; one JSON object or an array is expected$/, '载荷为空；应为一个 JSON 对象或数组'],
  [/^the payload is not UTF-8; .+$/, '载荷不是 UTF-8 编码；应为 UTF-8 编码的 JSON 对象或数组'],
  [/^the payload is not JSON: (.+)$/, '载荷不是 JSON（$1）'],
  [
    /^the payload has (\d+) bytes, more than mqtt\.max_packet_bytes; the first (\d+) are kept: .+$/,
    '载荷为 $1 字节，超过 mqtt.max_packet_bytes；已保留前 $2 字节，请发送较小的数组',
  ],
  [/^a topic starts with "plants\/", this one with (".*")$/, '主题应以 "plants/" 开头，此主题以 $1 开头'],
  [/^a topic has 5 levels, (\S+); this one has (\d+)$/, '主题应有 5 级：$1；此主题有 $2 级'],
  [/^the plant id (".*") (.+)$/, '工厂标识 $1 $2'],
  [/^the line id (".*") (.+)$/, '产线标识 $1 $2'],
  [/^the device id (".*") (.+)$/, '设备标识 $1 $2'],
  [/^the last level (".*") is none of (.+)$/, '最后一级 $1 不在下列之中：$2'],
  [/^only the gateway publishes under rejected$/, 'rejected 主题只由网关发布'],
  [/^device (\S+) of plant (\S+) is disabled: .+$/, '工厂 $2 的设备 $1 已停用；可用 greengauge device enable 重新启用'],
  [
    /^device (\S+) of plant (\S+) is not registered; add it first: (.+), or an entry under devices of the plant$/,
    '工厂 $2 的设备 $1 未登记；请先登记：$3，或在该工厂的 devices 中添加',
  ],
  [/^a message must be an object: .+$/, '消息应为对象：{"ts": …, "metrics": {NAME: NUMBER}}'],
  [/^the message has no metric and no event: .+$/, '消息中既无指标也无事件；应为 {"metrics": {NAME: NUMBER}}'],
  [/^an array has 1 to (\d+) messages, this one (\d+)$/, '数组应含 1 至 $1 条消息，此数组有 $2 条'],
  [/^(\d+) metrics came in one message; at most (\d+) are taken$/, '一条消息中有 $1 个指标；最多 $2 个'],
  [/^ts is (.+); RFC 3339 with offset is expected, like (\S+)$/, 'ts 为 $1；应为带时区偏移的 RFC 3339 时间，如 $2'],
  [/^ts is missing; it may be left out .+$/, '缺少 ts；只有单条消息可省略，数组中不可省略'],
  [
    /^ts is missing, and the message was retained .+$/,
    '缺少 ts，且消息由代理保留，无法得知发送时间；请发送 ts，或不要保留',
  ],
  [/^ts must be an RFC 3339 text .+$/, 'ts 应为 RFC 3339 文本或毫秒时间戳'],
  [/^ts (\S+) lies more than 5 minutes after the arrival at (\S+): (.+)$/, 'ts $1 比到达时间 $2 晚 5 分钟以上：$3'],
  [/^ts (\S+) lies before the year 2000: (.+)$/, 'ts $1 早于 2000 年：$2'],
  [/^ts (\S+) lies before (\S+), the oldest .+$/, 'ts $1 早于存档保留的最早时间 $2（archive.retention）'],
  [/^seq must be an integer .+$/, 'seq 应为 0 至 2^53 − 1 的整数'],
  [/^seq must not be negative$/, 'seq 不得为负'],
  [
    /^(\S+) is the text (".*"); a number is expected \(without quotation marks\)$/,
    '$1 为文本 $2；应为数字（不加引号）',
  ],
  [/^(\S+) is (.+); a number or a boolean is expected$/, '$1 为 $2；应为数字或布尔值'],
  [/^(\S+) is (.+); a counter is never below (\S+)$/, '$1 为 $2；表底读数不得小于 $3'],
  [/^(\S+) is (.+); it can only lie between (\S+) and (\S+)$/, '$1 为 $2；只能在 $3 与 $4 之间'],
  [/^(\S+) is (.+); numbers go to (\S+) in magnitude$/, '$1 为 $2；数值的绝对值不得大于 $3'],
  [/^(\S+) takes no unit; (.+) came$/, '$1 无单位；收到 $2'],
  [/^(\S+) takes (.+); (".*"|\S+) came$/, '$1 可用单位：$2；收到 $3'],
  [/^(\S+) belongs to (.+), it came under (\S+)$/, '$1 属于 $2，却发到了 $3'],
  [
    /^(".*") is no metric name: .+$/,
    '$1 不是指标名：须以小写字母开头，只含小写字母、数字和 _，最多 64 个字符，且不得为 quality、time、value',
  ],
  [/^(.+) is none of ([A-Z_a-z, ]+)$/, '$1 不在下列之中：$2'],
  [/^an event must be an object with id and type$/, '事件应为含 id 与 type 的对象'],
  [/^id must be a text that no other event of the device has$/, 'id 应为该设备其他事件未用过的文本'],
  [/^a device sends no (\S+): .+$/, '设备不得发送 $1：请由人员在“录入与更正”页面填报，或使用 greengauge entry'],
  [/^approved_by of (\S+) is for people alone: .+$/, '$1 的 approved_by 只能由人员填写'],
  [
    /^author of (\S+) is (.+); a device names no person: leave it out, or name the device, (\S+)$/,
    '$1 的 author 为 $2；设备不得以人员名义填报：请省略，或写设备标识 $3',
  ],
  [/^(\S+) of (\S+) is missing; (.+) is expected$/, '$2 缺少 $1；应为 $3'],
  [/^(\S+) of (\S+) is (.+); (.+) is expected$/, '$2 的 $1 为 $3；应为 $4'],
]

/** Parts of those sentences that are said in several of them. */
const PARTS: readonly (readonly [part: string, chinese: string])[] = [
  ['must begin with a letter or a digit', '须以字母或数字开头'],
  ['may have a to z, 0 to 9, - and _ only, at most 64', '只能含 a 至 z、0 至 9、- 和 _，最多 64 个字符'],
  ['microseconds sent as milliseconds?', '是否把微秒当作毫秒发送？'],
  ['seconds sent as milliseconds?', '是否把秒当作毫秒发送？'],
  [
    "set the device's clock; if it was the gateway's that was behind, set that and retry the message from the quarantine",
    '请校准设备时钟；若是网关时钟偏慢，请校准网关后重试此消息',
  ],
  ["set the device's clock", '请校准设备时钟'],
  ['a text that is not empty', '非空文本'],
  ['true or false', 'true 或 false'],
  ...PROTOCOL_PARTS,
]
const KINDS: Readonly<Record<string, string>> = { 'a text': '文本', 'a number': '数字' }

const COMPOUND: readonly (readonly [prefix: RegExp, chinese: string])[] = [
  [/^events\[(\d+)\]: /, 'events[$1]：'],
  [/^none of the (\d+) metrics can be taken: /, '$1 个指标均不可用：'],
  [/^the quality of (\S+): /, '$1 的质量：'],
  [/^quality: /, 'quality：'],
  [/^profile (\S+): /, '规约 $1：'],
]

/** Hints at the topics that can be sent to; it stands at the end of what is wrong with topics of another grammar. */
const TAILS: readonly (readonly [tail: RegExp, chinese: string])[] = [
  [/; other topics need a profile \(profiles\.use\)$/, '；其他主题需要设备规约（profiles.use）'],
  [/: it is asked to send its births again$/, '：已请求其重新发送 birth'],
  [/; it has to send its births again$/, '；须重新发送 birth'],
  [/; the profile in use does not know it$/, '；所用规约也不认识它'],
  [/; none of the (\d+) profiles in use knows it$/, '；所用的 $1 个规约都不认识它'],
]

/** A detail in Chinese; null for one that is not known in Chinese. */
export function rejectionDetail(detail: string): string | null {
  for (const [prefix, chinese] of COMPOUND) {
    const [before] = prefix.exec(detail) ?? []
    if (before === undefined) continue
    const rest = rejectionDetail(detail.slice(before.length))
    return rest === null ? null : before.replace(prefix, chinese) + rest
  }
  for (const [tail, chinese] of TAILS) {
    const [behind] = tail.exec(detail) ?? []
    if (behind === undefined) continue
    const start = rejectionDetail(detail.slice(0, -behind.length))
    return start === null ? null : start + behind.replace(tail, chinese)
  }
  for (const [sentence, chinese] of [...SENTENCES, ...PROTOCOL_SENTENCES]) {
    const found = sentence.exec(detail)
    if (found !== null) return chinese.replace(/\$(\d)/g, (_, place) => partText(found[Number(place)] ?? ''))
  }
  return null
}

function partText(said: string): string {
  return PARTS.reduce((text, [part, chinese]) => text.replace(part, chinese), KINDS[said] ?? said)
}
