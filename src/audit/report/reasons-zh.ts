import type { RejectReason } from '../../base/reasons.js'

/** A report in Chinese gives the reasons of rejections in these words. */
export const REJECT_REASONS_ZH: Readonly<Record<RejectReason, string>> = {
  bad_topic: '主题不是 plants/{plant}/{line}/{device}/{class}，或其中的标识不允许。',
  bad_json: '载荷不是 UTF-8 编码的 JSON。',
  bad_schema: 'JSON 不是消息：键、名称、时间或结构有误。',
  bad_unit: '单位未知，或无法换算为该指标的单位。',
  bad_value: '数值不是该指标可能的值。',
  people_only: '事件只能由人员填报：更正、对填报的决定、复核，或以人员名义填报。',
  ts_future: '时间比到达时间晚 5 分钟以上：设备时钟偏快，或网关时钟偏慢（可重试）。',
  ts_too_old: '时间早于 2000 年，或早于存档保留的最早时间。',
  too_large: '载荷超过 mqtt.max_packet_bytes；保留前 4 KiB。',
  unknown_device: '设备已停用，或在须登记处未登记（auth.devices: registered）；HJ 212：没有该 MN 的站点，或 PW 错误。',
  foreign_device: '设备属于消息发送者以外的客户端。',
  bad_sparkplug: 'Sparkplug B 载荷无法解码。',
  bad_profile: '载荷与设备规约不符。',
  hj212_bad_frame: 'HJ 212 报文长度或校验码错误。',
  too_many: '未配置的工厂、产线、设备或指标，或一日的事件，超过 limits 的上限。',
}
