import type * as english from '../en/chart.js'

export const legend: typeof english.legend = {
  limit: '限值',
  target: '目标',
  estimated: '估算',
  provisional: '暂定',
  gap: '无数据',
  late: '迟到，已重算',
  restated: '重述',
  before: '上期',
  note: '事件',
  label: '图例',
}

export const chart: typeof english.chart = {
  kpi: '指标',
  window: '窗口',
  showTable: '以表格查看',
  showChart: '以图表查看',
  saveCsv: '保存为 CSV',
  savePng: '保存为图片',
  stepOut: '缩小',
  keys: '方向键移动光标，Home 与 End 跳到两端，加号放大，减号缩小。',
  sum: '合计',
  highest: '最高',
  lowest: '最低',
  coverage: '覆盖率',
  estimated: '估算',
  provisional: '暂定',
  final: '最终',
  over: '截至目前',
  windowsThatAreOver: '两者均截至最近一个已结束的窗口',
  rev: (rev) => `修订 ${rev}`,
  restated: (before, reason) => `原为 ${before}，${reason}`,
  restatedBy: {
    replay: '重新读取',
    late_data: '数据迟到',
    configuration: '配置变更',
    correction: '更正',
  },
  nothing: '此时段尚无数据',
  notReckoned: (window) => `无 ${window}窗口`,
  tooFine: (window) => `此时段内 ${window}窗口过多`,
  events: {
    downtime: '停机',
    orderStart: '订单开始',
    orderEnd: '订单结束',
    meterReplaced: '更换表计',
    calibrated: '校准合格',
    notCalibrated: '校准不合格',
  },
}

export const table: typeof english.table = {
  time: '时间',
  value: '数值',
  coverage: '覆盖率',
  estimated: '估算',
  state: '状态',
  notes: '标记、原因与事件',
  rev: '修订',
}
